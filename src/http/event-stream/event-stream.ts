import type { FastifyReply } from 'fastify';
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** Proxies and browsers give up connections on which nothing comes for a minute or so. */
const HEARTBEAT_MS = 15_000;

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  // Compressing proxies would hold events back, and so would nginx's buffer.
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
};

/**
 * An answer as Server-Sent Events: `message` events, each `{"delta": "…"}`, then one `done` with
 * the answer's fields or one `error` with a problem. Nothing is sent before the first of them, so
 * that until then an error is an ordinary answer.
 */
export class EventStream {
  readonly #reply: FastifyReply;
  readonly #raw: ServerResponse;
  readonly #heartbeatMs: number;
  #heartbeat: NodeJS.Timeout | undefined;

  constructor(reply: FastifyReply, heartbeatMs = HEARTBEAT_MS) {
    this.#reply = reply;
    this.#raw = reply.raw;
    this.#heartbeatMs = heartbeatMs;
  }

  get begun(): boolean {
    return this.#raw.headersSent;
  }

  begin(): void {
    if (this.begun || this.#raw.destroyed) return;
    this.#reply.hijack();
    // Fastify types header values more widely than Node, which takes them all the same.
    const headers = this.#reply.getHeaders() as OutgoingHttpHeaders;
    this.#raw.writeHead(200, { ...headers, ...HEADERS });
    this.#raw.flushHeaders();
    this.#heartbeat = setInterval(() => this.#beat(), this.#heartbeatMs).unref();
    this.#raw.once('close', () => clearInterval(this.#heartbeat));
  }

  /**
   * Sends a piece of text.
   *
   * @returns undefined while there is room; else what to wait for: the reader has caught up or
   * left, or the signal has aborted
   */
  write(delta: string, signal: AbortSignal): Promise<void> | undefined {
    this.begin();
    if (this.#raw.destroyed) return undefined;
    const hasRoom = this.#raw.write(event('message', { delta }));
    return hasRoom ? undefined : drained(this.#raw, signal);
  }

  /** Sends the last event. */
  end(name: 'done' | 'error', data: object): void {
    this.begin();
    clearInterval(this.#heartbeat);
    if (!this.#raw.destroyed) this.#raw.end(event(name, data));
  }

  /** A comment, which readers pass over; who reads slowly needs none. */
  #beat(): void {
    if (!this.#raw.writableNeedDrain) this.#raw.write(': heartbeat\n\n');
  }
}

function event(name: string, data: object): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

function drained(raw: ServerResponse, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const settle = () => {
    raw.off('drain', settle).off('close', settle);
    signal.removeEventListener('abort', settle);
    resolve();
  };
  raw.on('drain', settle).on('close', settle);
  signal.addEventListener('abort', settle);
  if (signal.aborted) settle();
  return promise;
}
