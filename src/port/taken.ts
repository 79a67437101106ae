import { once } from 'node:events';
import { createServer } from 'node:net';

/** Rejects where another listens: Linux would let two services share a port, most likely by mistake. */
export async function refuseTaken(host: string, port: number): Promise<void> {
  const trial = createServer().listen({ host, port });
  await once(trial, 'listening');
  trial.close();
  await once(trial, 'close');
}
