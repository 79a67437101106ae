/** How the provider behaves while nothing is switched to go wrong. */
export interface Behaviour {
  /** Milliseconds until it answers; a pair is a range. @default 0 */
  readonly latencyMs: number | readonly [number, number];
  /** Milliseconds before each event of a stream. @default 0 */
  readonly chunkDelayMs: number;
  /** Length of the answer; a stream sends it word by word. As many as it takes when undefined. */
  readonly words?: number;
  /** Answer with a dated model id (`claude-sonnet-5-20260101`) as the real one often does. */
  readonly datedModels: boolean;
  /** Answer every message with this id: what a caching gateway does. */
  readonly responseId?: string;
  /** Counts put over those that were worked out, e.g. `cache_read_input_tokens`. */
  readonly usage?: Readonly<Record<string, unknown>>;
  /** Answer without usage; of a stream, without the final one. */
  readonly omitUsage?: boolean;
}

export interface FakeProviderOptions extends Partial<Behaviour> {
  /** Same seed, same requests, same answers. @default 1 */
  readonly seed?: number;
  /** @default 127.0.0.1 */
  readonly host?: string;
  /** @default a free one */
  readonly port?: number;
  /** How many requests the journal keeps. @default 1000 */
  readonly journal?: number;
}

export const DEFAULT_BEHAVIOUR: Behaviour = { latencyMs: 0, chunkDelayMs: 0, datedModels: false };
