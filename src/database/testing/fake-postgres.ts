import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** One message of a server: its type, its length, and what it says. */
function message(type: string, ...parts: readonly (Buffer | string)[]): Buffer {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part)));
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, body]);
}

/** A complaint; `FATAL` ones announce the end of the session. */
export function complaint(severity: 'ERROR' | 'FATAL', code: string, text = 'as told'): Buffer {
  return message('E', `S${severity}\0C${code}\0M${text}\0\0`);
}

/** What a server says when it has done what was asked. */
export function done(status: 'I' | 'T' | 'E'): Buffer {
  return Buffer.concat([message('C', 'SELECT 0\0'), ready(status)]);
}

function ready(status: 'I' | 'T' | 'E'): Buffer {
  return message('Z', status);
}

/** One row of one column. */
function row(name: string, value: string): Buffer {
  const size = Buffer.alloc(4);
  size.writeInt32BE(value.length);
  // Of a table and a type that matter to nobody: text, of any length.
  const field = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 25, 255, 255, 255, 255, 255, 255, 0, 0]);
  const one = Buffer.from([0, 1]);
  return Buffer.concat([message('T', one, `${name}\0`, field), message('D', one, size, value)]);
}

const WELCOME = Buffer.concat([message('R', Buffer.alloc(4)), ready('I')]);
const [QUERY, TERMINATE] = [0x51, 0x58];

/** What TypeORM asks at first. */
const FACTS = new Map([
  ['SELECT version()', row('version', 'PostgreSQL 18.0')],
  ['SELECT * FROM current_database()', row('current_database', 'fake')],
  ['SELECT * FROM current_schema()', row('current_schema', 'public')],
]);

/**
 * Speaks as much of PostgreSQL's protocol as plain statements need, knows no tables, and fails in
 * whichever way it is told to: at the moments that a real server cannot be made to choose.
 */
export class FakePostgres {
  /** Says the first word to somebody who connects. */
  greet: (socket: Socket) => void = (socket) => socket.write(WELCOME);
  /** Answers a statement; `status` is that of the transaction after it. */
  answer: (socket: Socket, statement: string, status: 'I' | 'T') => void = (socket, _, status) =>
    socket.write(done(status));

  readonly #server: Server = createServer((socket) => this.#serve(socket));
  readonly #sockets = new Set<Socket>();
  readonly #usual = { greet: this.greet, answer: this.answer };

  static async start(): Promise<FakePostgres> {
    const fake = new FakePostgres();
    fake.#server.listen(0, '127.0.0.1');
    await once(fake.#server, 'listening');
    return fake;
  }

  get url(): string {
    return `postgres://somebody:word@127.0.0.1:${(this.#server.address() as AddressInfo).port}/fake`;
  }

  /** Does its work again. */
  mend(): void {
    Object.assign(this, this.#usual);
  }

  /** Ends every session. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket)).on('error', () => undefined);
    let status: 'I' | 'T' = 'I';
    socket.once('data', () => {
      this.greet(socket);
      socket.on('data', (chunk) => {
        if (chunk[0] === TERMINATE) socket.end();
        if (chunk[0] !== QUERY) return;
        const statement = chunk.toString('utf8', 5, chunk.length - 1);
        if (statement === 'START TRANSACTION') status = 'T';
        if (/^(COMMIT|ROLLBACK)$/.test(statement)) status = 'I';
        const fact = FACTS.get(statement);
        if (fact) socket.write(Buffer.concat([fact, done(status)]));
        else this.answer(socket, statement, status);
      });
    });
  }
}
