import { Agent, request, type IncomingMessage } from 'node:http';
import { once } from 'node:events';

export interface StreamSample {
  readonly streamsPerSecond: number;
  /** Milliseconds from the request to the first text, of each stream. */
  readonly firstText: readonly number[];
  readonly failures: number;
}

const agent = new Agent({ keepAlive: true, maxSockets: 1_000 });

/** Reads streams to their end, so many at a time, for so many seconds. */
export async function readStreams(
  url: string,
  concurrency: number,
  seconds: number,
): Promise<StreamSample> {
  const firstText: number[] = [];
  let failures = 0;
  const begun = performance.now();
  const end = begun + seconds * 1000;
  const readers = Array.from({ length: concurrency }, async () => {
    while (performance.now() < end) {
      const first = await readOne(url);
      if (first === undefined) failures += 1;
      else firstText.push(first);
    }
  });
  await Promise.all(readers);
  const elapsed = (performance.now() - begun) / 1000;
  return { streamsPerSecond: firstText.length / elapsed, firstText, failures };
}

/** Opens so many streams and leaves them open. */
export async function openStreams(url: string, count: number): Promise<() => void> {
  const responses = await Promise.all(
    Array.from({ length: count }, async () => {
      const response = await ask(url);
      await once(response, 'data');
      return response;
    }),
  );
  return () => responses.forEach((response) => response.destroy());
}

/** @returns milliseconds to the first text; undefined of a stream that was not answered whole */
async function readOne(url: string): Promise<number | undefined> {
  const begun = performance.now();
  let first: number | undefined;
  let tail = '';
  for await (const chunk of await ask(url)) {
    first ??= performance.now() - begun;
    tail = (tail + String(chunk)).slice(-2_000);
  }
  return tail.includes('event: done') ? first : undefined;
}

async function ask(url: string): Promise<IncomingMessage> {
  const call = request(`${url}/chat`, {
    method: 'POST',
    agent,
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
  });
  call.end(JSON.stringify({ message: 'What is the capital of France?' }));
  const [response] = (await once(call, 'response')) as [IncomingMessage];
  return response;
}
