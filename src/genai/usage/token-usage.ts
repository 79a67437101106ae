/**
 * What one model call used, split so that every token is in exactly one bucket and the buckets add
 * up to what the provider billed.
 */
export interface TokenUsage {
  /** Input tokens neither read from nor written to a prompt cache. */
  readonly input: number;
  readonly cacheRead: number;
  /** Cache writes of the provider's ordinary lifetime: 5 minutes at Anthropic, 30 at OpenAI. */
  readonly cacheWrite5m: number;
  /** Cache writes of the provider's long lifetime: 1 hour at Anthropic, 12 at OpenAI. */
  readonly cacheWrite1h: number;
  /** Output tokens without reasoning. */
  readonly output: number;
  /** Reasoning ("thinking") tokens. */
  readonly reasoning: number;
  /** Web searches made by the provider, which bill a fee for each. */
  readonly webSearches?: number;
  /** How many of the buckets' tokens are not text; present only when there are any. */
  readonly modalities?: ModalityTokens;
  /**
   * Ways of serving, besides the service tier, that the provider bills by another rate: `fast`,
   * `geo:us`. A price must have a rule for each, or the cost is `partial`.
   */
  readonly modes?: readonly string[];
  /**
   * What the provider reported that cannot be true, or did not report though it must. Such a count
   * stands here as 0, and the cost of the usage is `partial`.
   */
  readonly faults?: readonly string[];
  /** Some count is reckoned from the text, for want of a report; `faults` says which. */
  readonly estimated?: boolean;
}

/** Tokens that are not text. They are counted in their bucket as well: parts of it, not more. */
export interface ModalityTokens {
  readonly inputAudio?: number;
  readonly inputImage?: number;
  readonly inputVideo?: number;
  readonly cacheReadAudio?: number;
  readonly cacheReadImage?: number;
  readonly outputAudio?: number;
  readonly outputImage?: number;
  readonly outputVideo?: number;
}

/** All input tokens, cached ones included: OpenTelemetry's `gen_ai.usage.input_tokens`. */
export function totalInput(usage: TokenUsage): number {
  return usage.input + usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h;
}

/** All output tokens, reasoning included: OpenTelemetry's `gen_ai.usage.output_tokens`. */
export function totalOutput(usage: TokenUsage): number {
  return usage.output + usage.reasoning;
}
