import type { FastifyReply } from 'fastify';
import type { Problem } from './problem.js';

/** Answers with the problem, under the id of the request's trace where it has one. */
export function sendProblem(reply: FastifyReply, problem: Problem, traceId?: string): void {
  void reply
    .status(problem.status)
    .headers({ ...problem.headers })
    .type('application/problem+json')
    .send(JSON.stringify(problem.toDocument(traceId)));
}
