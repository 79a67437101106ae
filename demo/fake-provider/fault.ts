import { Random } from './random.ts';
import type { StreamCut } from './stream-player.ts';

/** What goes wrong. */
export type FaultKind =
  /** The provider refuses, with its own error body. */
  | { readonly kind: 'status'; readonly status: number; readonly retryAfterSeconds?: number }
  /** No answer, ever. */
  | { readonly kind: 'hang' }
  /** An answer, but late. */
  | { readonly kind: 'slow'; readonly delayMs: number }
  | { readonly kind: 'cut-before-headers' }
  /** The connection ends in the middle of the body. */
  | { readonly kind: 'cut-body' }
  /** A stream breaks; answers that are none are given whole. */
  | ({ readonly kind: 'cut-stream' } & StreamCut)
  /** 200 with JSON that is none. */
  | { readonly kind: 'malformed-json' }
  /** 200 with the HTML page of some proxy. */
  | { readonly kind: 'html' }
  /** An answer without its `usage`, a stream without its final one. */
  | { readonly kind: 'missing-usage' };

/** When it goes wrong; without a limit, until faults are cleared. */
export interface FaultLimits {
  /** For the next n requests that match. */
  readonly times?: number;
  /** For this share of requests, 0 to 1, always the same ones for a seed. */
  readonly share?: number;
  /** Only for this model. */
  readonly model?: string;
  /** Only for requests whose body contains this text. */
  readonly marker?: string;
}

export type Fault = FaultKind & FaultLimits;

export interface FaultSubject {
  readonly model: string | undefined;
  /** The body as it was received. */
  readonly text: string;
}

/** Decides which request the switched-on faults hit. The fault set last comes first. */
export class FaultPlan {
  #faults: Array<{ readonly fault: Fault; left: number }> = [];
  #count = 0;
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  add(fault: Fault): void {
    this.#faults.unshift({ fault, left: fault.times ?? Number.POSITIVE_INFINITY });
  }

  clear(): void {
    this.#faults = [];
  }

  hit(subject: FaultSubject): Fault | undefined {
    this.#count += 1;
    const struck = this.#faults.find(
      ({ fault, left }) => left > 0 && this.#concerns(fault, subject),
    );
    if (!struck) return undefined;
    struck.left -= 1;
    return struck.fault;
  }

  #concerns({ model, marker, share }: Fault, subject: FaultSubject): boolean {
    if (model !== undefined && model !== subject.model) return false;
    if (marker !== undefined && !subject.text.includes(marker)) return false;
    return share === undefined || new Random(this.#seed, 'fault', this.#count).next() < share;
  }
}
