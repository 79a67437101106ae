import { isIP } from 'node:net';
import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { COMPAT_SETS, CONTENT_MODES } from './telemetry-environment.js';

/** An unset variable and an empty one (`PORT=` in a `.env` file) mean the same. */
const emptyIsUnset = (value: unknown): unknown => (value === '' ? undefined : value);
const optional = <T>(type: z.ZodType<T, string>) => z.preprocess(emptyIsUnset, type.optional());
const withDefault = <T>(type: z.ZodType<T, string>, fallback: T) =>
  z.preprocess(
    emptyIsUnset,
    type.optional().transform((value) => value ?? fallback),
  );

const integer = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((n) => n >= min && n <= max, `must be a whole number from ${min} to ${max}`);

/** How many processes answer requests; `auto`: one for each core. */
const workers = z.union(
  [z.literal('auto').transform(() => availableParallelism()), integer(1, 64)],
  { error: 'must be a whole number from 1 to 64, or auto' },
);

const flag = z
  .string()
  .regex(/^(true|false)$/, 'must be true or false')
  .transform((value) => value === 'true');

const KEY = /^([a-z][a-z0-9_-]{0,31}):(user|admin):([\x21-\x2b\x2d-\x7e]{32,256})$/;
const KEYS_WANTED =
  'must be a comma list of name:role:key; a name of small letters, the role user or admin, a key of at least 32 characters';

/** `web:user:3f…,ops:admin:9c…`; see `KeyRing`. */
const apiKeys = z.string().transform((list, context) => {
  const keys = list.split(',').map((one) => KEY.exec(one.trim()) ?? []);
  const names = new Set(keys.map(([, name]) => name));
  if (keys.some(({ length }) => length === 0) || names.size < keys.length) {
    context.addIssue({ code: 'custom', message: `${KEYS_WANTED}; no name twice` });
    return z.NEVER;
  }
  return keys.map(([, name = '', role = '', key = '']) => ({
    name,
    role: role === 'admin' ? ('admin' as const) : ('user' as const),
    key,
  }));
});

const text = z.string().trim().min(1);

/** See Fastify's `trustProxy`. */
const proxies = z.string().refine(
  (value) =>
    /^(true|false|\d{1,2})$/.test(value) ||
    value.split(',').every((part) => {
      const [address = '', bits] = part.trim().split('/');
      return isIP(address) !== 0 && (bits === undefined || /^\d{1,3}$/.test(bits));
    }),
  'must be true, a number of proxies, or a comma list of addresses such as 10.0.0.0/8',
);
const modelId = z
  .string()
  .regex(/^[A-Za-z0-9][\w.:@/-]{0,127}$/, 'must be a model id such as claude-sonnet-5');

const url = (...protocols: string[]) =>
  z
    .string()
    .refine(
      (value) => URL.canParse(value) && protocols.includes(new URL(value).protocol),
      `must be a URL that starts with ${protocols.map((p) => `${p}//`).join(' or ')}`,
    );

/**
 * Every variable of ours, with its default. The standard `OTEL_*` variables are read by
 * OpenTelemetry itself; of them only the service name is needed here.
 *
 * The default models are ones that both the Anthropic SDK and the price catalogue know.
 */
export const environmentSchema = z
  .object({
    HOST: withDefault(text, '127.0.0.1'),
    PORT: withDefault(integer(0, 65_535), 8000),
    PUBLISH_ADDRESS: optional(text),
    ALLOW_ANONYMOUS: withDefault(flag, false),
    API_KEYS: optional(apiKeys),
    RATE_LIMIT_PER_MINUTE: optional(integer(1, 1_000_000)),
    TRUST_PROXY: optional(proxies),
    METRICS_PUBLIC: withDefault(flag, true),
    WORKERS: withDefault(workers, 1),
    WORKER_MAX_REQUESTS: optional(integer(1, 1_000_000_000)),
    WORKER_MAX_MEMORY_MB: optional(integer(64, 1_048_576)),
    MAX_IN_FLIGHT: withDefault(integer(1, 1_000_000), 1_000),
    BODY_LIMIT_BYTES: withDefault(integer(1024, 64 * 1024 * 1024), 1024 * 1024),
    DATABASE_URL: optional(url('postgres:', 'postgresql:')),
    DATA_DIR: withDefault(text, './data'),
    ANTHROPIC_API_KEY: optional(text),
    ANTHROPIC_BASE_URL: optional(url('http:', 'https:')),
    OPENAI_API_KEY: optional(text),
    OPENAI_BASE_URL: optional(url('http:', 'https:')),
    OPENAI_API: optional(z.enum(['responses', 'chat_completions'])),
    DEFAULT_MODEL: withDefault(modelId, 'claude-sonnet-5'),
    SMALL_MODEL: withDefault(modelId, 'claude-haiku-4-5'),
    LLM_TIMEOUT_MS: withDefault(integer(100, 600_000), 60_000),
    LLM_MAX_RETRIES: withDefault(integer(0, 10), 2),
    LLM_DRAIN_STREAMS: withDefault(flag, false),
    PRICES_FILE: optional(text),
    PRICES_REFRESH_URL: optional(url('http:', 'https:')),
    PRICES_REFRESH_HOURS: withDefault(integer(1, 720), 24),
    PRICES_REFRESH_MAX_FACTOR: withDefault(integer(1, 1_000_000), 3),
    BUDGETS_FILE: optional(text),
    BUDGET_WEBHOOK_URL: optional(url('http:', 'https:')),
    BUDGET_WEBHOOK_SECRET: optional(text),
    METRICS_PREFIX: withDefault(
      z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'must be a Prometheus name, e.g. fastapi'),
      'fastapi',
    ),
    SPANLEDGER_COMPAT: optional(
      z
        .string()
        .refine(
          (list) =>
            list
              .split(',')
              .every((word) => (COMPAT_SETS as readonly string[]).includes(word.trim())),
          `must be a comma list of ${COMPAT_SETS.join(', ')}`,
        ),
    ),
    SPANLEDGER_CONTENT: optional(z.enum(CONTENT_MODES)),
    SPANLEDGER_REDACTION: optional(text),
    OTEL_SERVICE_NAME: withDefault(text, 'spanledger'),
    SHUTDOWN_TIMEOUT_MS: withDefault(integer(0, 600_000), 15_000),
  })
  .refine(({ WORKERS, DATABASE_URL }) => WORKERS === 1 || DATABASE_URL !== undefined, {
    path: ['WORKERS'],
    message: 'more than one needs DATABASE_URL: the embedded database is for one process',
  });
