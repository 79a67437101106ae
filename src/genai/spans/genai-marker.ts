import { SpanKind, type Attributes } from '@opentelemetry/api';
import { GENAI_MARKERS, INSTRUMENTATION_SCOPE } from '../conventions/index.js';
import type { SdkSpan } from './sdk-types.js';

/**
 * Instrumentations that say only by their name, at a span's start, that it is about generative AI:
 * they write their attributes afterwards.
 */
const GENAI_SCOPES: ReadonlySet<string> = new Set([
  INSTRUMENTATION_SCOPE,
  'langfuse-sdk',
  'gen_ai',
  'ai',
]);
const GENAI_SCOPE_PREFIXES = ['@arizeai/openinference-', '@traceloop/', '@openlit/'];

function isGenAiScope(name: string): boolean {
  return GENAI_SCOPES.has(name) || GENAI_SCOPE_PREFIXES.some((prefix) => name.startsWith(prefix));
}

/** Whether attributes speak of generative AI: nine look-ups, because every span of the process pays. */
export function hasGenAiMarker(attributes: Attributes): boolean {
  for (const marker of GENAI_MARKERS) {
    if (attributes[marker] !== undefined) return true;
  }
  return false;
}

/** Libraries whose many spans are never about generative AI, told by name because that is quick. */
const INFRASTRUCTURE: ReadonlySet<string> = new Set([
  ...[
    'amqplib',
    'connect',
    'dns',
    'express',
    'fastify',
    'fs',
    'graphql',
    'grpc',
    'hapi',
    'http',
    'ioredis',
    'kafkajs',
    'knex',
    'koa',
    'mongodb',
    'mongoose',
    'mysql',
    'mysql2',
    'nestjs-core',
    'net',
    'pg',
    'redis',
    'undici',
  ].map((library) => `@opentelemetry/instrumentation-${library}`),
  '@fastify/otel',
  '@prisma/instrumentation',
]);

/** A server's span is a request that came in, never a call that went out. */
export function isGenAi({ kind, attributes, instrumentationScope: { name } }: SdkSpan): boolean {
  if (kind === SpanKind.SERVER || INFRASTRUCTURE.has(name)) return false;
  return hasGenAiMarker(attributes) || isGenAiScope(name);
}

/**
 * Whether a span that says nothing of generative AI at its start may yet do so: some
 * instrumentations, and spans by hand, write their attributes later.
 */
export function mayTurnGenAi({ kind, attributes, instrumentationScope }: SdkSpan): boolean {
  if (INFRASTRUCTURE.has(instrumentationScope.name)) return false;
  return kind === SpanKind.INTERNAL || (kind === SpanKind.CLIENT && isEmpty(attributes));
}

export function isEmpty(attributes: Attributes): boolean {
  for (const _ in attributes) return false;
  return true;
}
