import type { Redactor } from '../genai/redaction/index.js';
import type { RequestFacts } from '../http/index.js';

/** What a request's one log line says. */
export interface RequestLine {
  readonly method: string;
  /** The path as it was asked for, without the query. */
  readonly path: string;
  readonly statusCode: number;
  readonly durationMs: number;
  readonly requestId: string;
  /** It is the caller's, and may hold anything; one of ours needs no second look. */
  readonly isGivenId: boolean;
  readonly traceId: string;
  readonly spanId: string;
  readonly aborted: boolean;
  readonly facts: RequestFacts | undefined;
}

/**
 * Makes the request lines of a service. The line is put together by hand: `JSON.stringify` of
 * the same object, through a logger, takes several times as long (see bench/).
 */
export function requestLineFormat(
  service: string,
  redactor: Pick<Redactor, 'redact'>,
): (line: RequestLine) => string {
  const serviceJson = JSON.stringify(service);
  return (line) =>
    `{"timestamp":"${now()}","level":"${levelOf(line.statusCode)}","service":${serviceJson},` +
    `"message":"${line.aborted ? 'Request aborted' : 'Request completed'}",` +
    `"endpoint":${JSON.stringify(redactor.redact(line.path))},"method":"${line.method}",` +
    `"status_code":${line.statusCode},"duration_ms":${Math.round(line.durationMs * 1000) / 1000},` +
    `"request_id":${line.isGivenId ? JSON.stringify(redactor.redact(line.requestId)) : `"${line.requestId}"`},` +
    `"trace_id":"${line.traceId}","span_id":"${line.spanId}"${factsOf(line.facts, redactor)}}`;
}

/** Of the facts only the conversation's id is the caller's to choose. */
function factsOf(facts: RequestFacts | undefined, redactor: Pick<Redactor, 'redact'>): string {
  if (!facts) return '';
  const { conversation_id: id } = facts;
  const clean = id === undefined ? facts : { ...facts, conversation_id: redactor.redact(id) };
  return `,${JSON.stringify(clean).slice(1, -1)}`;
}

function levelOf(statusCode: number): string {
  if (statusCode >= 500) return 'ERROR';
  return statusCode >= 400 ? 'WARN' : 'INFO';
}

let second = 0;
let untilSecond = '';

/** ISO 8601 in UTC; what is the same all through a second is put together once. */
function now(): string {
  const millisecond = Date.now();
  const part = millisecond % 1000;
  if (millisecond - part !== second) {
    second = millisecond - part;
    untilSecond = new Date(second).toISOString().slice(0, -4);
  }
  return `${untilSecond}${part < 10 ? '00' : part < 100 ? '0' : ''}${part}Z`;
}
