import { setTimeout as sleep } from 'node:timers/promises';
import { Wire, type Answer } from './wire.ts';

/** More at once than this the sender cannot hold itself; it says how many it left out. */
const MOST_OPEN = 12_000;
/** Longer than any wait that an accepted call may have. */
const PATIENCE_MS = 30_000;

export interface Outcome extends Answer {
  /** Milliseconds since the sender began, at which the call was due. */
  readonly due: number;
  /** Milliseconds from then until the answer was read: waiting to be sent counts. */
  readonly took: number;
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
  readonly #wire: Wire;
  readonly #request: string;
  readonly #began = performance.now();
  #open = 0;

  constructor(url: string) {
    this.#wire = new Wire(url, PATIENCE_MS);
    this.#request = requestTo(url);
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
    this.#wire.close();
  }

  #send(due: number): void {
    this.latest = Math.max(this.latest, this.elapsed - due);
    if (this.#open >= MOST_OPEN) {
      this.leftOut += 1;
      return;
    }
    this.#open += 1;
    this.#wire.send(this.#request, (answer) => {
      this.#open -= 1;
      this.outcomes.push({ due, took: this.elapsed - due, ...answer });
    });
  }
}

const BODY = '{"message":"What is the capital of France?"}';

function requestTo(url: string): string {
  return [
    'POST /chat HTTP/1.1',
    `host: ${new URL(url).host}`,
    'content-type: application/json',
    `content-length: ${BODY.length}`,
    '',
    BODY,
  ].join('\r\n');
}
