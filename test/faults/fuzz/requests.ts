import * as fc from 'fast-check';
import { bodyOf, json, someOf, type Ids } from './bodies.js';
import { hostile } from './hostile.js';
import { right } from './right.js';
import type { Route } from './routes.js';

const text = hostile.map(textOf);
const encoded = text.map((value) => encodeURIComponent(value.toWellFormed()));

export interface Drawn {
  /** The path of the route, and the id that stands in it. */
  readonly path: string;
  readonly id?: string;
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Requests to a route, from right to hostile in every part. */
export function requestTo(route: Route, ids: Ids): fc.Arbitrary<Drawn> {
  const known = ids[route.path.split('/')[1] ?? ''] ?? ['1'];
  const id = fc.oneof({ weight: 2, arbitrary: fc.constantFrom(...known) }, encoded);
  const query = queryOf(route);
  const type = fc.oneof(
    { weight: 9, arbitrary: fc.constant('application/json') },
    fc.constantFrom(...['utf-8', 'utf-16', ''].map((set) => `application/json; charset=${set}`)),
    fc.constantFrom('text/plain', 'application/xml'),
  );
  const encoding = fc.oneof(
    { weight: 19, arbitrary: fc.constant(undefined) },
    fc.constantFrom('gzip', 'identity', 'x'),
  );
  const accept = fc.constantFrom('*/*', 'text/csv', 'text/event-stream', 'application/x');
  const key = fc.option(fc.string({ unit: 'grapheme-ascii', maxLength: 300 }), { nil: undefined });
  const body = route.body ? bodyOf(route.path, route.body, ids) : fc.constant(undefined);
  return fc.record({ id, query, type, encoding, accept, key, body }).map((drawn) => {
    const search = new URLSearchParams();
    for (const [name, value] of drawn.query) {
      search.append(name.toWellFormed(), value.slice(0, 2_000).toWellFormed());
    }
    const headers: Record<string, string> = { accept: drawn.accept };
    if (drawn.body !== undefined) headers['content-type'] = drawn.type;
    if (drawn.encoding && drawn.body !== undefined) headers['content-encoding'] = drawn.encoding;
    if (drawn.key?.trim()) headers['idempotency-key'] = drawn.key.trim();
    const path = route.path.replace(/\{\w+\}/, () => drawn.id || 'x').slice(0, 8_000);
    return {
      path: route.path,
      ...(path !== route.path && { id: drawn.id }),
      url: `${path}?${search.toString().slice(0, 6_000)}`,
      method: route.method,
      headers,
      body: drawn.body,
    };
  });
}

type Pairs = ReadonlyArray<readonly [name: string, value: string]>;

/** Some of what the document has for it, and up to two that are wrong, unknown or there twice. */
function queryOf({ query }: Route): fc.Arbitrary<Pairs> {
  const names = query.map(([name]) => name);
  const name = names.length > 0 ? fc.oneof(fc.constantFrom(...names), text) : text;
  const pairs = query.map(([known, schema]) =>
    fc.tuple(fc.constant(known), right(known, schema).map(textOf)),
  );
  return fc
    .tuple(someOf(pairs), fc.array(fc.tuple(name, text), { maxLength: 2 }))
    .map((both) => both.flat());
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : json(value);
}
