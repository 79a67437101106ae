import cluster from 'node:cluster';
import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import { createServer, Socket, type AddressInfo, type Server } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { inheritedDescriptors, tellLeaving, tellListening } from '../cluster/index.js';
import { SOCKETS } from './sockets.js';
import { refuseTaken } from './taken.js';

/**
 * Connections that may wait to be accepted: as many as Linux lets. A burst beyond is not refused, but
 * left without an answer for seconds.
 */
const BACKLOG = 4_096;

/**
 * Makes the service listen: on many sockets of its own, or on those that its supervisor bound for
 * it; where neither is to be had, on one. Rejects when the port is not to be had.
 */
export async function listen(
  app: NestFastifyApplication,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<void> {
  const [first, ...others] = inheritedDescriptors().map(boundSocket);
  if (first) {
    // Fastify wants to know whether it is `localhost`, which has two addresses.
    await app.listen(Object.assign(first, { host }) as object as { port: number });
    await addSockets(app.getHttpServer(), others);
  } else if (cluster.isPrimary && process.platform === 'linux') {
    await listenOnMany(app, host, port);
  } else {
    await app.listen({ host, port, backlog: BACKLOG });
  }
  tellListening();
}

async function listenOnMany(
  app: NestFastifyApplication,
  host: string,
  port: number,
): Promise<void> {
  if (port !== 0) await refuseTaken(host, port);
  // Fastify hands over what it does not know to Node.
  const options = { host, port, backlog: BACKLOG, reusePort: true };
  await app.listen(options);
  const server = app.getHttpServer();
  const own = (server.address() as AddressInfo).port;
  const others = Array.from({ length: SOCKETS - 1 }, () => ({ host, port: own, reusePort: true }));
  await addSockets(server, others);
}

/** A bound socket in the form that `server.listen` takes. */
function boundSocket(fd: number): Socket {
  // Neither readable nor writable: nothing is to be read of a socket that listens.
  return new Socket({ fd, readable: false, writable: false });
}

async function addSockets(server: HttpServer, sockets: readonly object[]): Promise<void> {
  const others = sockets.map((socket) =>
    // As Node's HTTP server is itself.
    createServer({ allowHalfOpen: true, noDelay: true }, (connection) =>
      server.emit('connection', connection),
    ).listen(socket, BACKLOG),
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
    const closing = close(oneIsClosed);
    tellLeaving();
    return closing;
  };
}
