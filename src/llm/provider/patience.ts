/** A longer `retry-after` than this is passed on to the caller instead of being waited for. */
const LONGEST_WAIT_SECONDS = 5;

/**
 * Keeps an SDK from sleeping through a long `retry-after`: the caller, who may have other things
 * to do, is told the time instead. The SDKs obey the header `x-should-retry`.
 */
export function withPatience(inner: typeof fetch): typeof fetch {
  return async (input, init) => {
    const response = await inner(input, init);
    if (retryAfterSeconds(response.headers) > LONGEST_WAIT_SECONDS) {
      response.headers.set('x-should-retry', 'false');
    }
    return response;
  };
}

/** The wait that the provider asks for, in seconds; 0 when it names none that can be read. */
export function retryAfterSeconds(headers: Headers): number {
  const milliseconds = Number(headers.get('retry-after-ms') ?? Number.NaN);
  if (Number.isFinite(milliseconds)) return milliseconds / 1000;
  const value = headers.get('retry-after');
  if (value === null) return 0;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return seconds;
  const date = Date.parse(value);
  return Number.isNaN(date) ? 0 : Math.max(0, (date - Date.now()) / 1000);
}
