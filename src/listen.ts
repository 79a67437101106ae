import cluster from 'node:cluster';
import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/**
 * Connections that may wait to be accepted: as many as Linux lets. A burst beyond is not refused, but
 * left without an answer for seconds.
 */
const BACKLOG = 4_096;
/**
 * Node takes one connection of a listening socket at each turn of its loop (libuv 1.52), and a turn
 * can take a tenth of a second under load: who comes new would wait for longer than any answer takes,
 * and not even be refused. So the port has many sockets, and a turn takes one connection of each.
 */
const SOCKETS = 256;

/** Makes the service listen; rejects when the port is not to be had. */
export async function listen(
  app: NestFastifyApplication,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<void> {
  // A supervisor takes the connections of its workers; only Linux shares them out among sockets.
  const reusePort = cluster.isPrimary && process.platform === 'linux';
  if (reusePort && port !== 0) await refuseTaken(host, port);
  await app.listen({ host, port, backlog: BACKLOG, ...(reusePort && { reusePort }) });
  if (reusePort) await addSockets(app.getHttpServer(), host);
}

/** Linux would let two services share a port, where the second is most likely a mistake. */
async function refuseTaken(host: string, port: number): Promise<void> {
  const trial = createServer().listen({ host, port });
  await once(trial, 'listening');
  trial.close();
  await once(trial, 'close');
}

async function addSockets(server: HttpServer, host: string): Promise<void> {
  const { port } = server.address() as AddressInfo;
  const others = Array.from({ length: SOCKETS - 1 }, () =>
    // As Node's HTTP server is itself.
    createServer({ allowHalfOpen: true, noDelay: true }, (socket) =>
      server.emit('connection', socket),
    ).listen({ host, port, backlog: BACKLOG, reusePort: true }),
  );
  closeTogether(server, others);
  await Promise.all(others.map((other) => once(other, 'listening')));
}

/** Who closes the server closes the others too, and hears of it when the last connection is gone. */
function closeTogether(server: HttpServer, others: readonly Server[]): void {
  const close = server.close.bind(server);
  server.close = (done) => {
    let left = others.length + 1;
    let fault: Error | undefined;
    const oneIsClosed = (error?: Error) => {
      fault ??= error;
      left -= 1;
      if (left === 0) done?.(fault);
    };
    for (const other of others) other.close(oneIsClosed);
    return close(oneIsClosed);
  };
}
