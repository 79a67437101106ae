import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';

/** More at once than this the sender cannot hold itself; it says how many it left out. */
const MOST_OPEN = 12_000;
/** Longer than any wait that an accepted call may have. */
const PATIENCE_MS = 30_000;

export interface Outcome {
  /** Milliseconds since the sender began, at which the call was due. */
  readonly due: number;
  /** Milliseconds from then until the answer was read: waiting to be sent counts. */
  readonly took: number;
  /** 0 when there was no answer at all. */
  readonly status: number;
  readonly retryAfter: boolean;
}

/**
 * Sends calls at a constant rate, whatever becomes of those before: a service that slows down gets
 * no rest for it, and calls that should have begun while it stood still count with their wait.
 */
export class OpenLoop {
  readonly outcomes: Outcome[] = [];
  /** Calls that were due while too many were open. */
  leftOut = 0;
  /** The most that a call was sent after it was due, milliseconds: the sender's own delay. */
  latest = 0;
  readonly #pool: Pool;
  readonly #began = performance.now();
  #open = 0;

  constructor(url: string) {
    this.#pool = new Pool(url, { headersTimeout: PATIENCE_MS, bodyTimeout: PATIENCE_MS });
  }

  get elapsed(): number {
    return performance.now() - this.#began;
  }

  /** Keeps the rate for so long; calls under way go on. */
  async run(perSecond: number, seconds: number): Promise<void> {
    const start = this.elapsed;
    const count = Math.round(perSecond * seconds);
    for (let sent = 0; sent < count;) {
      const dueBy = Math.min(count, Math.floor(((this.elapsed - start) / 1_000) * perSecond) + 1);
      for (; sent < dueBy; sent++) this.#send(start + (sent / perSecond) * 1_000);
      await sleep(2);
    }
  }

  /** Waits for all that is under way. */
  async end(): Promise<void> {
    while (this.#open > 0) await sleep(50);
    await this.#pool.close();
  }

  #send(due: number): void {
    this.latest = Math.max(this.latest, this.elapsed - due);
    if (this.#open >= MOST_OPEN) {
      this.leftOut += 1;
      return;
    }
    this.#open += 1;
    void this.#follow(due);
  }

  async #follow(due: number): Promise<void> {
    const answer = await this.#call().catch(() => ({ status: 0, retryAfter: false }));
    this.#open -= 1;
    this.outcomes.push({ due, took: this.elapsed - due, ...answer });
  }

  async #call(): Promise<Pick<Outcome, 'status' | 'retryAfter'>> {
    const { statusCode, headers, body } = await this.#pool.request({
      path: '/chat',
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"message":"What is the capital of France?"}',
    });
    await body.dump();
    return { status: statusCode, retryAfter: headers['retry-after'] !== undefined };
  }
}
