import { lookup } from 'node:dns/promises';
import net, { type BoundSocket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PortShare } from '../cluster/index.js';
import { SOCKETS } from './sockets.js';
import { refuseTaken } from './taken.js';

/** What is left of a service whose supervisor was killed lets go of the port within moments. */
const PATIENCE_MS = 5_000;
const TRY_EVERY_MS = 250;

/**
 * The service's port as a supervisor holds it: bound for each worker, and never listened on here.
 *
 * Linux shares the connections out among all sockets of a port that listen. A supervisor that took
 * them itself would hand each over by a message, and `node:cluster` sends the next only when the
 * worker has answered: one new connection in each turn of a worker's loop.
 */
export class BoundPort {
  readonly #host: string;
  /** Keeps the port when no worker is left, and is what says which it is where any will do. */
  readonly #reserved: BoundSocket;

  private constructor(host: string, port: number) {
    this.#host = host;
    this.#reserved = new net.BoundSocket({ host, port, reusePort: true });
  }

  /**
   * @returns nothing where the sockets of a port cannot be had like this: elsewhere than on Linux, and
   *   before Node 24.19
   * @throws the system's error, e.g. `EADDRINUSE`
   */
  static async open(host: string, port: number): Promise<BoundPort | undefined> {
    if (process.platform !== 'linux' || !('BoundSocket' in net)) return undefined;
    if (port !== 0) await waitUntilFree(host, port);
    const { address } = await lookup(host);
    return new BoundPort(address, port);
  }

  get port(): number {
    return (this.#reserved.address() as { readonly port: number }).port;
  }

  /** The sockets of one worker, and of who succeeds it. */
  share(): PortShare {
    const options = { host: this.#host, port: this.port, reusePort: true };
    const sockets = Array.from({ length: SOCKETS }, () => new net.BoundSocket(options));
    return {
      descriptors: sockets.map((socket) => socket.fd()),
      close: () => {
        for (const socket of sockets) socket.close();
      },
    };
  }
}

async function waitUntilFree(host: string, port: number): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await refuseTaken(host, port);
    } catch (error) {
      const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
      if (!isTaken || performance.now() > until) throw error;
      await sleep(TRY_EVERY_MS);
    }
  }
}
