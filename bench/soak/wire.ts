import { connect, type Socket } from 'node:net';

export interface Answer {
  readonly status: number;
  readonly retryAfter: boolean;
}

const NONE: Answer = { status: 0, retryAfter: false };
/** Less than the service keeps idle connections, and says by `Keep-Alive`: as clients do. */
const IDLE_MS = 70_000;

/**
 * Connections to one server, each with one request at a time. No HTTP client: what the sender takes
 * of the cores that it shares with the service would count as the service's slowness.
 */
export class Wire {
  readonly #port: number;
  readonly #host: string;
  readonly #idle: Connection[] = [];
  readonly #patienceMs: number;

  constructor(url: string, patienceMs: number) {
    const { hostname, port } = new URL(url);
    this.#host = hostname;
    this.#port = Number(port);
    this.#patienceMs = patienceMs;
  }

  /** Sends a request over a connection that waits, or over a new one. Never fails: status 0 is no answer. */
  send(request: string, done: (answer: Answer) => void): void {
    const open = () => new Connection(this.#host, this.#port, this.#idle);
    (this.#fresh() ?? open()).send(request, done, this.#patienceMs);
  }

  #fresh(): Connection | undefined {
    for (let one = this.#idle.pop(); one; one = this.#idle.pop()) {
      if (one.idleMs < IDLE_MS) return one;
      one.end();
    }
    return undefined;
  }

  close(): void {
    for (const connection of this.#idle.slice()) connection.end();
  }
}

class Connection {
  readonly #socket: Socket;
  readonly #idle: Connection[];
  #text = '';
  #done: ((answer: Answer) => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #idleSince = 0;

  constructor(host: string, port: number, idle: Connection[]) {
    this.#idle = idle;
    this.#socket = connect({ host, port, noDelay: true });
    this.#socket.setEncoding('latin1');
    this.#socket.on('data', (text: string) => this.#read(text));
    this.#socket.on('error', () => undefined);
    this.#socket.once('close', () => this.#leave());
  }

  send(request: string, done: (answer: Answer) => void, patienceMs: number): void {
    this.#done = done;
    this.#timer = setTimeout(() => this.#socket.destroy(), patienceMs);
    this.#socket.write(request);
  }

  get idleMs(): number {
    return performance.now() - this.#idleSince;
  }

  end(): void {
    this.#socket.end();
  }

  #read(text: string): void {
    this.#text += text;
    const head = this.#text.indexOf('\r\n\r\n');
    if (head === -1) return;
    const length = /\r\ncontent-length: (\d+)/i.exec(this.#text)?.[1];
    if (length === undefined) throw new Error(`An answer of unknown length:\n${this.#text}`);
    if (this.#text.length < head + 4 + Number(length)) return;
    const answer = {
      status: Number(this.#text.slice(9, 12)),
      retryAfter: /\r\nretry-after:/i.test(this.#text.slice(0, head)),
    };
    this.#text = '';
    this.#idleSince = performance.now();
    this.#idle.push(this);
    this.#answered(answer);
  }

  #leave(): void {
    const at = this.#idle.indexOf(this);
    if (at !== -1) this.#idle.splice(at, 1);
    this.#answered(NONE);
  }

  #answered(answer: Answer): void {
    clearTimeout(this.#timer);
    const done = this.#done;
    this.#done = undefined;
    done?.(answer);
  }
}
