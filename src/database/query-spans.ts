import { SpanKind, SpanStatusCode, TraceFlags, trace, type Span } from '@opentelemetry/api';
import type { PoolClient } from 'pg';

const tracer = trace.getTracer('spanledger-service');

/** Opening a transaction sends a word and waits for nothing worth a span. */
const SILENT = /^\s*(?:BEGIN|START TRANSACTION|SAVEPOINT|RELEASE|SET)\b/i;

/**
 * Puts a span around each statement of the connection, beneath the request that it is for, where
 * that is traced. It says which operation on which table, and nothing of the statement's values:
 * those are a caller's words. One of pg's instrumentations does more, at several times the cost.
 */
export function traceQueries(client: PoolClient): void {
  const send = client.query.bind(client) as Send;
  const traced: Send = (...args) => {
    const text = textOf(args[0]);
    if (text === undefined || SILENT.test(text) || !isTraced(trace.getActiveSpan())) {
      return send(...args);
    }
    return follow(send(...args), startSpan(text));
  };
  client.query = traced as PoolClient['query'];
}

type Send = (...args: unknown[]) => unknown;

function textOf(query: unknown): string | undefined {
  if (typeof query === 'string') return query;
  const { text } = (query ?? {}) as { text?: unknown };
  return typeof text === 'string' ? text : undefined;
}

function isTraced(span: Span | undefined): boolean {
  return span !== undefined && (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;
}

function startSpan(text: string): Span {
  const { operation, table } = summaryOf(text);
  return tracer.startSpan(table ? `${operation} ${table}` : operation, {
    kind: SpanKind.CLIENT,
    attributes: {
      'db.system.name': 'postgresql',
      'db.operation.name': operation,
      'db.collection.name': table,
    },
  });
}

/** What calls back instead of giving a promise is not waited for: nothing here does so. */
function follow(result: unknown, span: Span): unknown {
  if (!(result instanceof Promise)) {
    span.end();
    return result;
  }
  return result.then(
    (rows: unknown) => {
      span.end();
      return rows;
    },
    (error: unknown) => {
      const { code } = error as { code?: unknown };
      span.setAttribute('error.type', typeof code === 'string' ? code : 'Error');
      // The message may repeat values of the statement.
      span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
      throw error;
    },
  );
}

interface Summary {
  readonly operation: string;
  readonly table: string | undefined;
}

const OPERATION = /\b(INSERT|UPDATE|DELETE|SELECT)\b/i;
const TABLE = /\b(?:INTO|UPDATE|FROM)\s+"?(\w+)"?/i;
const MOST_SUMMARIES = 1_000;
const summaries = new Map<string, Summary>();

/** Read off the text once: statements are few, and the same again and again. */
function summaryOf(text: string): Summary {
  let summary = summaries.get(text);
  if (!summary) {
    const word = /\w+/.exec(text)?.[0].toUpperCase() ?? 'QUERY';
    const operation = word === 'WITH' ? (OPERATION.exec(text)?.[1]?.toUpperCase() ?? word) : word;
    summary = { operation, table: TABLE.exec(text)?.[1] };
    if (summaries.size >= MOST_SUMMARIES) summaries.clear();
    summaries.set(text, summary);
  }
  return summary;
}
