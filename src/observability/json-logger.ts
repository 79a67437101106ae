import cluster from 'node:cluster';
import type { LoggerService } from '@nestjs/common';
import { trace } from '@opentelemetry/api';
import { createLogger, format, type Logger } from 'winston';
import type { Redactor } from '../genai/redaction/index.js';
import { LineTransport } from './line-transport.js';

/** Nest's lines about each module and route at start: nobody reads them. */
const CHATTER = new Set(['InstanceLoader', 'RoutesResolver', 'RouterExplorer']);

/** Tells the lines of several workers apart. */
const WORKER = cluster.isWorker ? { pid: process.pid } : {};

/** Nest's own lines and everything that code logs through Nest, as one JSON object a line. */
export class JsonLogger implements LoggerService {
  readonly #winston: Logger;

  constructor(
    service: string,
    private readonly redactor: Redactor,
  ) {
    this.#winston = createLogger({
      level: 'info',
      format: format.printf(({ level, message, ...rest }) =>
        JSON.stringify({
          timestamp: new Date().toISOString(),
          level: level.toUpperCase(),
          service,
          ...WORKER,
          message,
          ...rest,
        }),
      ),
      transports: [new LineTransport()],
    });
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.#write('info', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.#write('warn', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.#write('error', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.#write('error', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.#write('debug', message, rest);
  }

  /** Errors may hold what a caller or a provider sent. */
  #clean(described: Description): Description {
    const { message, stack } = described;
    return {
      ...described,
      message: this.redactor.redact(message),
      ...(stack !== undefined && { stack: this.redactor.redact(stack) }),
    };
  }

  /** Nest passes the context last; before it may come a stack or structured parameters. */
  #write(level: string, message: unknown, rest: unknown[]): void {
    const context = typeof rest.at(-1) === 'string' ? String(rest.pop()) : undefined;
    if (level === 'info' && context !== undefined && CHATTER.has(context)) return;
    this.#winston.log({
      level,
      ...this.#clean(describe(message)),
      ...(context !== undefined && { context }),
      ...(typeof rest[0] === 'string' && { stack: this.redactor.redact(rest[0]) }),
      ...traceIds(),
    });
  }
}

interface Description {
  readonly message: string;
  readonly stack?: string;
  readonly error_type?: string;
}

function describe(message: unknown): Description {
  if (message instanceof Error) {
    return { message: message.message, error_type: message.name, stack: message.stack };
  }
  return { message: typeof message === 'string' ? message : (JSON.stringify(message) ?? '') };
}

function traceIds(): { trace_id?: string; span_id?: string } {
  const span = trace.getActiveSpan()?.spanContext();
  return span ? { trace_id: span.traceId, span_id: span.spanId } : {};
}
