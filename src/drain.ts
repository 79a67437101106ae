import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Lifecycle } from './observability/index.js';

/**
 * Closes the service in order: no new connections, requests in hand are finished, then the
 * database is closed. What is not finished after `timeoutMs`, or when `sooner` says so, is cut.
 */
export async function drain(
  app: NestFastifyApplication,
  timeoutMs: number,
  sooner?: AbortSignal,
): Promise<void> {
  const lifecycle = app.get(Lifecycle);
  const server = app.getHttpServer();
  lifecycle.drain();
  const closed = app.close();
  // Sockets that ask nothing would hold a closing server open for as long as they please.
  void lifecycle.idle().then(() => server.closeAllConnections());
  const cut = () => {
    new Logger('Service').warn('Requests that are still running after the deadline are cut');
    server.closeAllConnections();
  };
  const deadline = setTimeout(cut, timeoutMs);
  sooner?.addEventListener('abort', cut);
  try {
    await closed;
  } finally {
    clearTimeout(deadline);
    sooner?.removeEventListener('abort', cut);
  }
}
