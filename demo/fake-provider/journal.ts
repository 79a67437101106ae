import type { IncomingHttpHeaders } from 'node:http';

/** A request as it was received. */
export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Parsed JSON, or the text if it is none. */
  readonly body: unknown;
  readonly at: Date;
  /** The client closed the connection before it was answered. */
  readonly aborted: boolean;
  /** How many events of a stream were handed to the connection. */
  readonly eventsSent: number;
}

/** The last requests; older ones are forgotten, so that a long load run stays small. */
export class Journal {
  readonly #entries: ReceivedRequest[] = [];

  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(entry: ReceivedRequest): void {
    if (this.#capacity === 0) return;
    if (this.#entries.length >= this.#capacity) this.#entries.shift();
    this.#entries.push(entry);
  }

  get entries(): readonly ReceivedRequest[] {
    return this.#entries;
  }
}
