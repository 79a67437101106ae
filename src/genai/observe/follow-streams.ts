import type { Observation } from './observation.js';

/** What is needed of a Node stream. */
interface NodeReadable {
  readonly readableEnded: boolean;
  once(event: 'end' | 'close', listener: () => void): unknown;
  once(event: 'error', listener: (error: unknown) => void): unknown;
}

export function isNodeReadable(value: object): value is NodeReadable {
  return 'readableEnded' in value && 'once' in value && typeof value.once === 'function';
}

/** Listens only: listening for the end does not start the flow. */
export function followReadable<T extends NodeReadable>(stream: T, observation: Observation): T {
  stream.once('end', () => observation.end());
  stream.once('error', (error) => observation.fail(error));
  stream.once('close', () => (stream.readableEnded ? observation.end() : observation.cancel()));
  return stream;
}

/** The same stream with its reader watched: end, error, and being cancelled. */
export function followReadableStream<T extends ReadableStream>(
  stream: T,
  observation: Observation,
): T {
  const reader: ReadableStreamDefaultReader<unknown> = stream.getReader();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value);
        observation.end();
        controller.close();
      } catch (error) {
        observation.fail(error);
        throw error;
      }
    },
    async cancel(reason) {
      observation.cancel();
      await reader.cancel(reason);
    },
  }) as T;
}
