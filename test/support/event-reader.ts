/** One Server-Sent Event, its data parsed. */
export interface ReceivedEvent {
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** An answer that is read event by event, and can be left. */
export class EventReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #decoder = new TextDecoder();
  #text = '';

  private constructor(
    readonly response: Response,
    private readonly controller: AbortController,
  ) {
    if (!response.body) throw new Error('An answer without a body');
    this.#chunks = response.body[Symbol.asyncIterator]();
  }

  /** Resolves when the headers have come. */
  static async post(url: string, body: object, headers: object = {}): Promise<EventReader> {
    const controller = new AbortController();
    const response = await fetch(url, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
      signal: controller.signal,
    });
    return new EventReader(response, controller);
  }

  /** The next event, or undefined at the end. Comments are passed over. */
  async next(): Promise<ReceivedEvent | undefined> {
    for (;;) {
      const end = this.#text.indexOf('\n\n');
      if (end >= 0) {
        const frame = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 2);
        if (frame.startsWith(':')) continue;
        return parse(frame);
      }
      const { done, value } = await this.#chunks.next();
      if (done) return undefined;
      this.#text += this.#decoder.decode(value, { stream: true });
    }
  }

  /** All that is still to come. */
  async rest(): Promise<ReceivedEvent[]> {
    const events: ReceivedEvent[] = [];
    for (let event = await this.next(); event; event = await this.next()) events.push(event);
    return events;
  }

  /** Closes the connection. */
  leave(): void {
    this.controller.abort();
  }
}

/** The text that the events bring. */
export function textOf(events: readonly ReceivedEvent[]): string {
  return events.map(({ data }) => (data.delta as string | undefined) ?? '').join('');
}

function parse(frame: string): ReceivedEvent {
  const [, event = '', json = ''] = /^event: (\w+)\ndata: (.*)$/.exec(frame) ?? [];
  return { event, data: JSON.parse(json) as Record<string, unknown> };
}
