import type { FastifyInstance } from 'fastify';
import { Problem } from '../http/index.js';
import type { Lifecycle } from './lifecycle.js';

/** What waits for a model, and so is held in memory for seconds. */
const CALLS: ReadonlySet<string | undefined> = new Set(['/chat', '/conversation', '/workflow']);
/** Short: what is in hand ends all the time. */
const RETRY_AFTER_S = 1;

/**
 * Refuses calls of models beyond so many at once, before their body is read: what more there were
 * would make all of them late and take memory without end. Probes, scrapes and reports are cheap,
 * and always answered.
 */
export function registerShedding(app: FastifyInstance, most: number, lifecycle: Lifecycle): void {
  let calls = 0;
  // One for all: what is shed comes in thousands a second.
  const problem = new Problem({
    status: 503,
    kind: 'overloaded',
    detail: `This process has ${most} calls of models in hand already; try again.`,
  });
  app.addHook('onRequest', (request, reply, done) => {
    if (request.method !== 'POST' || !CALLS.has(request.routeOptions.url)) return done();
    if (calls < most) {
      calls += 1;
      reply.raw.once('close', () => (calls -= 1));
      return done();
    }
    lifecycle.shed();
    void reply
      .status(problem.status)
      .header('retry-after', RETRY_AFTER_S)
      .type('application/problem+json')
      .send(JSON.stringify(problem.toDocument(request.telemetry?.traceId)));
  });
}
