import { errorMonitor } from 'node:events';
import { context } from '@opentelemetry/api';
import type { Observation } from './observation.js';

/** What is needed of a Node stream. */
interface NodeReadable {
  readonly readableEnded: boolean;
  readonly destroyed?: boolean;
  readonly errored?: unknown;
  once(event: string | symbol, listener: (error: unknown) => void): unknown;
}

export function isNodeReadable(value: object): value is NodeReadable {
  return 'readableEnded' in value && 'once' in value && typeof value.once === 'function';
}

/** Listens only: to the end, which does not start the flow, and to errors without handling them. */
export function followReadable(stream: NodeReadable, observation: Observation): void {
  const close = () => {
    if (stream.readableEnded) observation.end();
    else if (stream.errored) observation.fail(stream.errored);
    else observation.cancel();
  };
  if (stream.readableEnded || stream.destroyed) return close();
  stream.once('end', () => observation.end());
  stream.once(errorMonitor, (error) => observation.fail(error));
  stream.once('close', close);
}

/** What a stream's source is given, of either type of stream. */
interface Controller {
  enqueue(value: unknown): void;
  close(): void;
  readonly byobRequest?: { respond(bytes: number): void } | null;
}

/** The same stream with its reader watched: values, end, error, and being cancelled. */
export function followReadableStream(
  stream: ReadableStream,
  observation: Observation,
): ReadableStream {
  const bytes = isByteStream(stream);
  const reader: ReadableStreamDefaultReader<unknown> = stream.getReader();
  const source = {
    async pull(controller: Controller): Promise<void> {
      try {
        const { done, value } = await context.with(observation.context, () => reader.read());
        if (!done) {
          observation.value(value);
          return controller.enqueue(value);
        }
        observation.end();
        controller.close();
        // A pending request of a reader with its own buffer is only answered so.
        controller.byobRequest?.respond(0);
      } catch (error) {
        observation.fail(error);
        throw error;
      }
    },
    async cancel(reason: unknown): Promise<void> {
      observation.cancel();
      await reader.cancel(reason);
    },
  };
  // Nothing is read ahead of the consumer.
  const strategy = { highWaterMark: 0 };
  return bytes
    ? new ReadableStream({ type: 'bytes', ...source }, strategy)
    : new ReadableStream(source, strategy);
}

function isByteStream(stream: ReadableStream): boolean {
  try {
    stream.getReader({ mode: 'byob' }).releaseLock();
    return true;
  } catch {
    return false;
  }
}
