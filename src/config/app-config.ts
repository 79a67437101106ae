/**
 * The service's whole configuration: typed, validated, frozen.
 *
 * It is a class so that Nest can inject it by type; `loadConfig` makes the one instance.
 */
export class AppConfig {
  readonly http!: HttpConfig;
  readonly database!: DatabaseConfig;
  readonly anthropic!: AnthropicConfig;
  readonly llm!: LlmConfig;
  /** Prefix of the HTTP metrics (`fastapi_requests_total`). */
  readonly metricsPrefix!: string;
  /** `service` of every log line, and the resource's `service.name`. */
  readonly serviceName!: string;
  /** Whether spans are exported; without, none need to be made. */
  readonly tracing!: boolean;
  /** Whether spans of model calls carry what was said, as far as `SPANLEDGER_CONTENT` lets it out. */
  readonly capturesContent!: boolean;
  /** Redaction rules beside the built-in ones, as JSON. */
  readonly redactionRules?: string;
  /** Price overrides, checked at start. */
  readonly pricesFile?: string;
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
  /** Largest accepted request body in bytes; more is answered 413. */
  readonly bodyLimit: number;
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

export interface LlmConfig {
  readonly defaultModel: string;
  readonly smallModel: string;
  /** Deadline of one model call in milliseconds, retries and waits included. */
  readonly timeoutMs: number;
  /** Retries after 408, 409, 429, 5xx and lost connections. */
  readonly maxRetries: number;
}

function deepFreeze(value: object): void {
  for (const child of Object.values(value)) {
    if (typeof child === 'object' && child !== null) deepFreeze(child);
  }
  Object.freeze(value);
}
