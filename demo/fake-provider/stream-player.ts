import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiStream } from './api.ts';

/** Where and how a stream breaks. */
export interface StreamCut {
  /** How many events are sent before: from 0 to all of them. */
  readonly afterEvents: number;
  /**
   * `reset`: the connection is lost. `end`: the answer ends there, as if it were whole.
   * `error`: the vendor's error event. `hang`: nothing more comes.
   */
  readonly by: 'reset' | 'end' | 'error' | 'hang';
}

export interface StreamScene {
  readonly response: ServerResponse;
  readonly stream: ApiStream;
  readonly chunkDelayMs: number;
  readonly cut?: StreamCut;
  /** Told of each event that was handed to the connection. */
  readonly onSent: () => void;
}

/** Sends events one by one, no faster than they are read, and breaks off where told to. */
export async function playStream(scene: StreamScene): Promise<void> {
  const { response, stream, chunkDelayMs, cut, onSent } = scene;
  const frames = cut ? stream.frames.slice(0, cut.afterEvents) : stream.frames;
  response.flushHeaders();
  for (const frame of frames) {
    if (chunkDelayMs > 0) await sleep(chunkDelayMs);
    if (response.destroyed) return;
    onSent();
    if (!response.write(frame)) await drained(response);
  }
  if (response.destroyed || cut?.by === 'hang') return;
  if (cut?.by === 'reset') {
    // The bytes before the cut are sent first: an empty write tells when.
    response.write('\n', () => response.socket?.destroy());
  } else {
    response.end(cut?.by === 'error' ? stream.errorFrame : undefined);
  }
}

/** Resolves when more can be written, or nothing any more. */
function drained(response: ServerResponse): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const settle = () => {
    response.off('drain', settle).off('close', settle);
    resolve();
  };
  response.on('drain', settle).on('close', settle);
  return promise;
}
