import { Duplex } from 'node:stream';
import type { PgliteSession } from './pglite-session.js';

type Done = (error?: Error) => void;

/** Answer to the start-up message: AuthenticationOk, then ReadyForQuery (idle). */
const WELCOME = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49]);

/** First byte of pg's goodbye, which a server does not answer. */
const TERMINATE = 0x58;

/**
 * Looks like a TCP socket to `pg` and hands its bytes to the embedded database. So protocol, types,
 * errors and prepared statements are `pg`'s own, the same as with a server.
 */
export class PgliteSocket extends Duplex {
  readonly #open: () => Promise<PgliteSession>;
  #session: PgliteSession | undefined;
  #welcomed = false;

  constructor(open: () => Promise<PgliteSession>) {
    super();
    this.#open = open;
  }

  connect(): this {
    this.#begin().catch((error: Error) => this.destroy(error));
    return this;
  }

  // `pg` sets these on every socket; there is no wire to set them on.
  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    void this.#run(chunk, done);
  }

  /** `pg` corks the five messages of a parameterised statement: they are run in one go. */
  override _writev(chunks: { chunk: Buffer }[], done: Done): void {
    void this.#run(Buffer.concat(chunks.map(({ chunk }) => chunk)), done);
  }

  override _final(done: Done): void {
    this.push(null);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#session?.takeBack(this);
    done(error);
  }

  async #begin(): Promise<void> {
    const session = await this.#open();
    await session.lend(this);
    this.#session = session;
    if (this.destroyed) session.takeBack(this);
    else this.emit('connect');
  }

  async #run(messages: Buffer, done: Done): Promise<void> {
    try {
      if (messages[0] !== TERMINATE) this.push(await this.#answer(messages));
    } catch (error) {
      return done(error as Error);
    }
    done();
  }

  async #answer(messages: Buffer): Promise<Buffer> {
    if (!this.#session) throw new Error('Not connected');
    if (!this.#welcomed) {
      this.#welcomed = true;
      return WELCOME;
    }
    const { buffer, byteOffset, byteLength } = await this.#session.exchange(this, messages);
    return Buffer.from(buffer, byteOffset, byteLength);
  }
}
