import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import '../request-telemetry.js';
import { reportFault } from './report-fault.js';
import { sendProblem } from './send-problem.js';
import { toProblem } from './to-problem.js';

/** Answers every error as `application/problem+json`; logs the ones that are ours to mend. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const problem = toProblem(error);
    const { telemetry } = request;
    reportFault(error, problem, telemetry);
    if (reply.sent || reply.raw.destroyed) return;
    sendProblem(reply, problem, telemetry?.traceId);
  }
}
