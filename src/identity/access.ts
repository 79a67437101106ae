import { ConfigError, type HttpConfig } from '../config/index.js';

/**
 * Who may use the service, in words for the log.
 *
 * @throws {ConfigError} when strangers could reach a service that has no key
 */
export function accessOf(http: HttpConfig, keysNeeded: boolean): string {
  if (keysNeeded) return 'Callers need an API key';
  const reachedBy = http.publishAddress ?? http.host;
  if (isLoopback(reachedBy)) return 'No API keys: anybody on this machine may use the service';
  if (http.allowAnonymous)
    return `No API keys: anybody who reaches ${reachedBy} may use the service`;
  throw new ConfigError([
    `API_KEYS: must be set, for others can reach ${reachedBy}, e.g. API_KEYS=ops:admin:<32 or more random characters>. ` +
      'ALLOW_ANONYMOUS=true lets everybody in',
  ]);
}

function isLoopback(address: string): boolean {
  return address === 'localhost' || address === '::1' || address.startsWith('127.');
}
