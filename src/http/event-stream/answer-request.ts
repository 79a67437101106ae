import type { FastifyReply, FastifyRequest } from 'fastify';
import type { IdempotentAnswer } from '../idempotency/idempotency.service.js';
import { sendAnswer } from '../idempotency/send-answer.js';
import { reportFault } from '../problem/report-fault.js';
import { toProblem } from '../problem/to-problem.js';
import { EventStream } from './event-stream.js';

/** An answer that can be streamed: `response` is its text. */
interface TextAnswer {
  readonly response: string;
}

/** Whether the caller wants events: the body says so, else its `Accept` header. */
export function wantsEvents(stream: boolean | undefined, { headers }: FastifyRequest): boolean {
  return stream ?? headers.accept?.includes('text/event-stream') ?? false;
}

/**
 * Answers as JSON, or as events while the answer comes. A repeat of an answered request gets the
 * stored answer in the form it asks for.
 *
 * @param run does the work; it is given the stream when there is one
 */
export async function answerRequest<T extends TextAnswer>(
  reply: FastifyReply,
  asEvents: boolean,
  run: (events?: EventStream) => Promise<IdempotentAnswer<T>>,
): Promise<void> {
  if (!asEvents) {
    const answer = sendAnswer(await run(), reply);
    void reply.send(answer);
    return;
  }
  const events = new EventStream(reply);
  try {
    sendDone(await run(events), events, reply);
  } catch (error) {
    if (!events.begun) throw error;
    sendError(error, events, reply);
  }
}

function sendDone<T extends TextAnswer>(
  result: IdempotentAnswer<T>,
  events: EventStream,
  reply: FastifyReply,
): void {
  if (!result.replayed) return events.end('done', result.answer);
  reply.header('idempotent-replayed', 'true');
  const answer = JSON.parse(result.json) as T;
  void events.write(answer.response, NEVER);
  events.end('done', answer);
}

const NEVER = new AbortController().signal;

/** The status is out already: the event says what it would have been. */
function sendError(error: unknown, events: EventStream, { request }: FastifyReply): void {
  const problem = toProblem(error);
  const { telemetry } = request;
  reportFault(error, problem, telemetry);
  events.end('error', problem.toDocument(telemetry?.traceId));
}
