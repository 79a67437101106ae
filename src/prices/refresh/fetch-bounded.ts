/** The catalogue has 2 MB. */
const MOST_BYTES = 32 * 1024 * 1024;
const PATIENCE_MS = 60_000;

export interface Fetched {
  readonly text: string;
  readonly modifiedAt: Date;
}

/** @throws {Error} when the server does not answer 200 with a text of bearable size in time */
export async function fetchBounded(url: string, stop: AbortSignal): Promise<Fetched> {
  const signal = AbortSignal.any([stop, AbortSignal.timeout(PATIENCE_MS)]);
  const response = await fetch(url, { signal });
  if (response.status !== 200 || !response.body) {
    await response.body?.cancel();
    throw new Error(`the server answered ${response.status}`);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > MOST_BYTES) throw new Error('the file is too large');
    chunks.push(chunk);
  }
  const modified = Date.parse(response.headers.get('last-modified') ?? '');
  return {
    text: Buffer.concat(chunks).toString('utf8'),
    modifiedAt: Number.isNaN(modified) ? new Date() : new Date(modified),
  };
}
