import { currentScope, withScope } from './scope-context.js';
import { NO_SCOPE, type Scope } from './scope.js';
import { scopeFromText, scopeToText } from './scope-text.js';

/**
 * The header, or attribute of a message, that a scope travels in. Not `baggage`: whoever extracts
 * that makes it ambient, and provider SDKs send ambient baggage to the provider.
 */
export const SCOPE_HEADER = 'spanledger-scope';

export interface ScopeCarrierOptions {
  /**
   * Where the scope may go: origins (`https://search.internal:8443`), all hosts of a domain
   * (`https://*.internal`), and names of queues as the application calls them. @default none
   */
  readonly destinations?: readonly string[];
  /**
   * Whether a scope that arrives is taken. Only where no stranger can send one: whoever does
   * chooses the conversation and the user that calls are booked under. @default false
   */
  readonly incoming?: boolean;
}

/** Headers of a request or a message, of any HTTP server or queue client. */
export type Carried = Headers | Readonly<Record<string, unknown>>;

/**
 * Takes the scope to other processes, by header or queue, and only where it is allowed to go.
 * At most 4 kB. Never throws.
 *
 * @example
 * const carrier = new ScopeCarrier({ destinations: ['https://search.internal', 'queue:mail'], incoming: true });
 * await fetch(url, { headers: carrier.inject(url) });
 * await queue.add('mail', job, { headers: carrier.inject('queue:mail') });
 * worker.on('message', ({ headers, body }) => carrier.run(headers, () => handle(body)));
 */
export class ScopeCarrier {
  readonly #destinations: readonly string[];
  readonly #incoming: boolean;

  constructor({ destinations = [], incoming = false }: ScopeCarrierOptions = {}) {
    this.#destinations = destinations;
    this.#incoming = incoming;
  }

  /** The header for a destination, a URL or a queue's name: none where the scope may not go. */
  inject(destination: string | URL, scope: Scope = currentScope()): Record<string, string> {
    if (!this.#mayGoTo(String(destination))) return {};
    const text = scopeToText(scope);
    return text === undefined ? {} : { [SCOPE_HEADER]: text };
  }

  /** The scope that arrived, if that is taken. */
  extract(carried: Carried): Scope {
    if (!this.#incoming) return NO_SCOPE;
    const value: unknown =
      carried instanceof Headers ? carried.get(SCOPE_HEADER) : carried[SCOPE_HEADER];
    if (typeof value === 'string') return scopeFromText(value);
    // Queue clients give bytes.
    if (value instanceof Uint8Array) return scopeFromText(new TextDecoder().decode(value));
    return NO_SCOPE;
  }

  /** Runs `fn` in the scope that arrived. */
  run<T>(carried: Carried, fn: () => T): T {
    return withScope(this.extract(carried), fn);
  }

  #mayGoTo(destination: string): boolean {
    if (this.#destinations.includes(destination)) return true;
    const url = URL.parse(destination);
    return url !== null && this.#destinations.some((allowed) => coversUrl(allowed, url));
  }
}

function coversUrl(allowed: string, url: URL): boolean {
  const [protocol, host] = allowed.split('//*.');
  if (host === undefined) return url.origin !== 'null' && URL.parse(allowed)?.origin === url.origin;
  return url.protocol === protocol && url.host.endsWith(`.${host}`);
}
