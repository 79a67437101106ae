import * as fc from 'fast-check';
import { bodyOf, hostile, json } from './hostile.js';
import type { Route } from './routes.js';

const text = hostile.map((value) => (typeof value === 'string' ? value : json(value)));
const encoded = text.map((value) => encodeURIComponent(value.toWellFormed()));

/** Requests to a route, from nearly right to hostile in every part. */
export function requestTo(
  route: Route,
  always: Readonly<Record<string, string>>,
): fc.Arbitrary<{ url: string; init: RequestInit }> {
  const path = fc
    .tuple(...[...route.path.matchAll(/\{\w+\}/g)].map(() => fc.oneof(encoded, fc.constant('1'))))
    .map((values) => {
      let n = 0;
      return route.path.replace(/\{\w+\}/g, () => values[n++] || 'x');
    });
  const query = fc.dictionary(
    route.query.length > 0 ? fc.oneof(fc.constantFrom(...route.query), text) : text,
    text,
    { maxKeys: 4 },
  );
  const type = fc.constantFrom('application/json', 'text/plain', 'application/xml', '');
  const accept = fc.constantFrom('*/*', 'text/csv', 'text/event-stream', 'application/x');
  const key = fc.option(fc.string({ unit: 'grapheme-ascii', maxLength: 300 }), { nil: undefined });
  const body = route.body ? bodyOf(route.body) : fc.constant(undefined);
  return fc.record({ path, query, type, accept, key, body }).map((drawn) => {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(drawn.query)) {
      search.append(name.toWellFormed(), value.slice(0, 2_000).toWellFormed());
    }
    const headers: Record<string, string> = { accept: drawn.accept, ...always };
    if (drawn.body !== undefined) headers['content-type'] = drawn.type || 'application/json';
    if (drawn.key?.trim()) headers['idempotency-key'] = drawn.key.trim();
    return {
      url: `${drawn.path.slice(0, 8_000)}?${search.toString().slice(0, 6_000)}`,
      init: { method: route.method, headers, body: drawn.body },
    };
  });
}
