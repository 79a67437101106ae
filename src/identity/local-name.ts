import { isIP } from 'node:net';

/**
 * Whether a `Host` header names a machine as its own network does: by an address, or by a name
 * without a dot. Any page on the web can point a name of its own at 127.0.0.1, and would then ask
 * what only this machine may ask (DNS rebinding); a browser lets no page write another `Host`.
 */
export function isLocalName(host: string | undefined): boolean {
  // Browsers send it always.
  if (host === undefined) return true;
  const name = host.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1');
  return isIP(name) !== 0 || !name.includes('.') || name.toLowerCase().endsWith('.localhost');
}
