import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadSdk } from '../install/sdk-packages.js';
import type { EndedSpan } from './ended-span.js';
import { SpanEncoder } from './span-encoder.js';

interface Serializer {
  serializeRequest(spans: readonly EndedSpan[]): Uint8Array;
}

const { ProtobufTraceSerializer: ofSdk } = loadSdk().load(
  '@opentelemetry/otlp-transformer',
) as unknown as { ProtobufTraceSerializer: Serializer };

const hex = (digits: number) =>
  fc
    .uint8Array({ minLength: digits / 2, maxLength: digits / 2 })
    .map((bytes) => Buffer.from(bytes).toString('hex'));
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('GET', '/items/:id'),
  fc.integer({ min: 100, max: 300 }).map((length) => 'é'.repeat(length)),
);
const value = fc.oneof(
  text,
  fc.boolean(),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double(),
  fc.constantFrom(-0, 2 ** 63, -(2 ** 63), 2 ** 64),
  fc.array(text, { maxLength: 5 }),
  fc.array(fc.integer(), { maxLength: 5 }),
  fc.uint8Array({ maxLength: 200 }),
  fc.constant(null),
);
// Many of them the same, so that those that are remembered are used.
const key = fc.oneof(fc.constantFrom('http.route', 'gen_ai.request.model', 'a'), text);
const attributes = fc.dictionary(key, fc.oneof(value, fc.dictionary(text, value)), {
  maxKeys: 30,
});
const time = fc.tuple(fc.nat({ max: 4_000_000_000 }), fc.nat({ max: 999_999_999 }));
const ids = fc.record({
  traceId: hex(32),
  spanId: hex(16),
  traceFlags: fc.nat({ max: 255 }),
  isRemote: fc.option(fc.boolean(), { nil: undefined }),
  traceState: fc.option(
    text.map((state) => ({ serialize: () => state })),
    { nil: undefined },
  ),
});
const dropped = fc.nat({ max: 1_000_000 });
const scope = fc.record({
  name: text,
  version: fc.option(text, { nil: undefined }),
  schemaUrl: fc.option(text, { nil: undefined }),
  attributes: fc.option(attributes, { nil: undefined }),
});
const resource = fc.record({ attributes, schemaUrl: fc.option(text, { nil: undefined }) });

/** Spans of two scopes and two resources, in any order. */
const spans = fc
  .tuple(fc.tuple(resource, resource), fc.tuple(scope, scope))
  .chain(([resources, scopes]) =>
    fc.array(
      fc
        .record({
          name: text,
          kind: fc.nat({ max: 4 }),
          startTime: time,
          endTime: time,
          status: fc.record({
            code: fc.nat({ max: 2 }),
            message: fc.option(text, { nil: undefined }),
          }),
          attributes,
          droppedAttributesCount: dropped,
          events: fc.array(
            fc.record({
              time,
              name: text,
              attributes: fc.option(attributes, { nil: undefined }),
              droppedAttributesCount: dropped,
            }),
            { maxLength: 3 },
          ),
          droppedEventsCount: dropped,
          links: fc.array(
            fc.record({ context: ids, attributes, droppedAttributesCount: dropped }),
            { maxLength: 3 },
          ),
          droppedLinksCount: dropped,
          parentSpanContext: fc.option(ids, { nil: undefined }),
          resource: fc.constantFrom(...resources),
          instrumentationScope: fc.constantFrom(...scopes),
          own: ids,
        })
        .map(({ own, ...span }) => ({ ...span, spanContext: () => own }) as unknown as EndedSpan),
      { maxLength: 6 },
    ),
  );

describe('SpanEncoder', () => {
  it('writes what the exporter of the SDK writes, byte for byte', () => {
    // One for all runs: what is remembered of one request must not show in the next.
    const encoder = new SpanEncoder();
    fc.assert(
      fc.property(spans, (some) => {
        expect(Buffer.from(encoder.encode(some)).toString('hex')).toBe(
          Buffer.from(ofSdk.serializeRequest(some)).toString('hex'),
        );
      }),
      { numRuns: 500 },
    );
  });
});
