import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** As long as nginx waits between two successful writes (`send_timeout`) before it gives up. */
const STALLED_MS = 60_000;

/**
 * Hangs up on clients that do not read what they asked for: until they do, it is kept in memory.
 * One that reads slowly is not stalled, nor is one to whom nothing was sent.
 *
 * Sockets are looked over from time to time: a timer for each answer would cost every request.
 */
export function dropStalledReaders(server: Server, stalledMs = STALLED_MS): void {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const timer = setInterval(() => {
    for (const socket of sockets) watch(socket, stalledMs);
  }, stalledMs / 6).unref();
  server.once('close', () => clearInterval(timer));
}

/** Node puts the end off while a write makes progress, and hangs up where nothing else is done. */
function watch(socket: Socket, stalledMs: number): void {
  const { timeout = 0, writableLength } = socket;
  if (writableLength > 0 && timeout === 0) socket.setTimeout(stalledMs);
  // Between two pieces of a stream nothing need happen for long.
  else if (writableLength === 0 && timeout === stalledMs) socket.setTimeout(0);
}
