import { Injectable } from '@nestjs/common';

/** The SDKs tell here which attempt a request is: 0, 1, … */
const ATTEMPT = 'x-stainless-retry-count';

/** Counts the attempts beyond the first of each call: the SDKs make them by themselves. */
@Injectable()
export class Retries {
  readonly #counts = new Map<string, number>();

  /** The same `fetch`, watched for one provider. */
  watch(provider: string, inner: typeof fetch): typeof fetch {
    this.#counts.set(provider, 0);
    return (input, init) => {
      if (Number(new Headers(init?.headers).get(ATTEMPT)) > 0) {
        this.#counts.set(provider, (this.#counts.get(provider) ?? 0) + 1);
      }
      return inner(input, init);
    };
  }

  /** Retries since the start, by provider. */
  counts(): Array<readonly [provider: string, count: number]> {
    return [...this.#counts];
  }
}
