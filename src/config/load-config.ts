import { AppConfig } from './app-config.js';
import { environmentSchema } from './environment.js';
import { capturesContent, compatSets, makesSpans } from './telemetry-environment.js';

/** Thrown by `loadConfig`; its message names every wrong variable, one a line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly faults: readonly string[]) {
    super(`Wrong configuration:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  }
}

/**
 * Turns environment variables into the configuration.
 *
 * @throws {ConfigError} naming all wrong variables at once. A value is never repeated in the
 * message: it may be a secret.
 */
export function loadConfig(environment: Record<string, string | undefined>): AppConfig {
  const parsed = environmentSchema.safeParse(environment);
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`),
    );
  }
  const env = parsed.data;
  const { BUDGET_WEBHOOK_URL: webhookUrl, BUDGET_WEBHOOK_SECRET: secret } = env;
  if (webhookUrl !== undefined && secret === undefined) {
    throw new ConfigError(['BUDGET_WEBHOOK_SECRET: must be set with BUDGET_WEBHOOK_URL']);
  }
  return new AppConfig({
    http: {
      host: env.HOST,
      port: env.PORT,
      publishAddress: env.PUBLISH_ADDRESS,
      allowAnonymous: env.ALLOW_ANONYMOUS,
      trustProxy: trusted(env.TRUST_PROXY),
      openMetrics: env.METRICS_PUBLIC,
      maxInFlight: env.MAX_IN_FLIGHT,
      bodyLimit: env.BODY_LIMIT_BYTES,
    },
    apiKeys: env.API_KEYS ?? [],
    rateLimitPerMinute: env.RATE_LIMIT_PER_MINUTE,
    database: { url: env.DATABASE_URL, dataDir: env.DATA_DIR },
    anthropic: { apiKey: env.ANTHROPIC_API_KEY, baseUrl: env.ANTHROPIC_BASE_URL },
    openai: { apiKey: env.OPENAI_API_KEY, baseUrl: env.OPENAI_BASE_URL, api: env.OPENAI_API },
    llm: {
      defaultModel: env.DEFAULT_MODEL,
      smallModel: env.SMALL_MODEL,
      timeoutMs: env.LLM_TIMEOUT_MS,
      maxRetries: env.LLM_MAX_RETRIES,
      drainStreams: env.LLM_DRAIN_STREAMS,
    },
    metricsPrefix: env.METRICS_PREFIX,
    serviceName: env.OTEL_SERVICE_NAME,
    compat: compatSets(environment),
    tracing: makesSpans(environment),
    capturesContent: capturesContent(environment),
    redactionRules: env.SPANLEDGER_REDACTION,
    pricesFile: env.PRICES_FILE,
    prices: {
      refresh: env.PRICES_REFRESH_URL
        ? {
            url: env.PRICES_REFRESH_URL,
            hours: env.PRICES_REFRESH_HOURS,
            maxFactor: env.PRICES_REFRESH_MAX_FACTOR,
          }
        : undefined,
    },
    workers: env.WORKERS,
    recycling: {
      maxRequests: env.WORKER_MAX_REQUESTS,
      maxMemoryMb: env.WORKER_MAX_MEMORY_MB,
    },
    budgets: {
      file: env.BUDGETS_FILE,
      webhook: webhookUrl && secret ? { url: webhookUrl, secret } : undefined,
    },
    shutdownTimeoutMs: env.SHUTDOWN_TIMEOUT_MS,
  });
}

/** `true`, a number of proxies one behind the other, or a list of their addresses. */
function trusted(proxies: string | undefined): boolean | number | string {
  if (proxies === undefined || proxies === 'false') return false;
  if (proxies === 'true') return true;
  return /^\d+$/.test(proxies) ? Number(proxies) : proxies;
}
