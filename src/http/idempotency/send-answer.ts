import type { FastifyReply } from 'fastify';
import type { IdempotentAnswer } from './idempotency.service.js';

/** The body to answer with; a repeat says so by the header `Idempotent-Replayed: true`. */
export function sendAnswer<T extends object>(
  result: IdempotentAnswer<T>,
  reply: FastifyReply,
): T | string {
  if (!result.replayed) return result.answer;
  reply.header('idempotent-replayed', 'true').type('application/json; charset=utf-8');
  return result.json;
}
