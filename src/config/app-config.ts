import type { CompatSetName } from './telemetry-environment.js';

/**
 * The service's whole configuration: typed, validated, frozen.
 *
 * It is a class so that Nest can inject it by type; `loadConfig` makes the one instance.
 */
export class AppConfig {
  readonly http!: HttpConfig;
  readonly apiKeys!: readonly ConfiguredKey[];
  /** Calls of models in a minute by one key, or one address where there are no keys. */
  readonly rateLimitPerMinute?: number;
  readonly database!: DatabaseConfig;
  readonly anthropic!: AnthropicConfig;
  readonly openai!: OpenAiConfig;
  readonly llm!: LlmConfig;
  /** Prefix of the HTTP metrics (`fastapi_requests_total`). */
  readonly metricsPrefix!: string;
  /** `service` of every log line, and the resource's `service.name`. */
  readonly serviceName!: string;
  /** Older names to give as well, on spans and in metrics. */
  readonly compat!: readonly CompatSetName[];
  /** Whether spans are exported, or carry content to the log; else none need to be made. */
  readonly tracing!: boolean;
  /** Whether spans of model calls carry what was said, as far as `SPANLEDGER_CONTENT` lets it out. */
  readonly capturesContent!: boolean;
  /** Redaction rules beside the built-in ones, as JSON. */
  readonly redactionRules?: string;
  /** Price overrides, checked at start. */
  readonly pricesFile?: string;
  readonly prices!: PricesConfig;
  /** Processes that answer requests; more than one have a supervisor. */
  readonly workers!: number;
  readonly recycling!: RecyclingConfig;
  readonly budgets!: BudgetsConfig;
  /** Milliseconds that in-flight work gets after SIGTERM. */
  readonly shutdownTimeoutMs!: number;

  constructor(values: AppConfig) {
    Object.assign(this, values);
    deepFreeze(this);
  }
}

export interface HttpConfig {
  readonly host: string;
  readonly port: number;
  /** Where a container's port is published, if that is known; else `host` tells who can reach us. */
  readonly publishAddress?: string;
  /** Whether anybody may use a service that others can reach and that has no API key. */
  readonly allowAnonymous: boolean;
  /** Proxies whose word for a caller's address is taken: all, so many, or these addresses. */
  readonly trustProxy: boolean | number | string;
  /** Whether `/metrics` needs no key. */
  readonly openMetrics: boolean;
  /** Calls of models that one process takes on at once; more are answered 503. */
  readonly maxInFlight: number;
  /** Largest accepted request body in bytes; more is answered 413. */
  readonly bodyLimit: number;
}

/** A key of `API_KEYS`. */
export interface ConfiguredKey {
  /** Stands for the key in usage and budgets. */
  readonly name: string;
  readonly role: 'user' | 'admin';
  readonly key: string;
}

export interface DatabaseConfig {
  /** PostgreSQL URL; without it the embedded database in `dataDir` is used. */
  readonly url?: string;
  readonly dataDir: string;
}

export interface AnthropicConfig {
  /** Without it the LLM endpoints answer 503. */
  readonly apiKey?: string;
  readonly baseUrl?: string;
}

export interface OpenAiConfig {
  /** Without it its models are answered 503. */
  readonly apiKey?: string;
  /** Of any API of the same shape, `/v1` included where it has one. */
  readonly baseUrl?: string;
  /** Which of OpenAI's two APIs is spoken; undefined: responses at OpenAI, else chat completions. */
  readonly api?: OpenAiApi;
}

export type OpenAiApi = 'responses' | 'chat_completions';

export interface LlmConfig {
  readonly defaultModel: string;
  readonly smallModel: string;
  /** Deadline of one model call in milliseconds, retries and waits included. */
  readonly timeoutMs: number;
  /** Retries after 408, 409, 429, 5xx and lost connections. */
  readonly maxRetries: number;
  /** Whether a stream that its reader left is read to its end, to book what it really cost. */
  readonly drainStreams: boolean;
}

export interface PricesConfig {
  /** Where newer prices come from; without it, those of the package hold. */
  readonly refresh?: {
    readonly url: string;
    readonly hours: number;
    /** A price that moves by more refuses the whole file. */
    readonly maxFactor: number;
  };
}

/** When one of several workers is replaced; undefined: never. */
export interface RecyclingConfig {
  readonly maxRequests?: number;
  /** Resident memory. */
  readonly maxMemoryMb?: number;
}

export interface BudgetsConfig {
  /** Budgets that are in force from the start. */
  readonly file?: string;
  /** Who is told of thresholds and refusals. */
  readonly webhook?: WebhookConfig;
}

export interface WebhookConfig {
  readonly url: string;
  /** Key of the signature, HMAC-SHA256. */
  readonly secret: string;
}

function deepFreeze(value: object): void {
  for (const child of Object.values(value)) {
    if (typeof child === 'object' && child !== null) deepFreeze(child);
  }
  Object.freeze(value);
}
