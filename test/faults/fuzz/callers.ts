import type { HttpClient } from '../../support/http.js';
import type { Ids } from './bodies.js';

/** Keys of `API_KEYS`: no stranger can revoke them, nor make the first key, which would keep the rest out. */
export const KEYS = {
  admin: 'fuzz-0123456789abcdef0123456789abcdef',
  user: 'user-0123456789abcdef0123456789abcdef',
} as const;

export const API_KEYS = `fuzz:admin:${KEYS.admin},user:user:${KEYS.user}`;

export type Caller = keyof typeof KEYS | 'nobody';

export function headersOf(caller: Caller): Record<string, string> {
  return caller === 'nobody' ? {} : { authorization: `Bearer ${KEYS[caller]}` };
}

/** Not read from the service's document: a guard that is forgotten is to be found. */
const OF_ADMINS = /^\/(budgets|keys|prices\/overrides|prices\/reprice|usage\/rebuild)(\/|$)/;
const OPEN = /^\/(health(\/.*)?|metrics)?$/;

/** What a caller got that is not for them: in words, or undefined. */
export function trespass(
  caller: Caller,
  { path, id, body = '' }: { path: string; id?: string; body?: string },
  others: ReadonlySet<string>,
): string | undefined {
  if (caller === 'admin') return undefined;
  if (caller === 'nobody') return OPEN.test(path) ? undefined : 'without a key';
  if (OF_ADMINS.test(path)) return 'what is for admins';
  const theirs = id !== undefined && others.has(id);
  // For /chat it is a label of the caller's own.
  const spoken =
    path === '/conversation' &&
    [...others].some((other) => body.includes(`"conversation_id":"${other}"`));
  return theirs || spoken ? 'what another key began' : undefined;
}

/** What the paths of requests can name, and those of it that are not the user's. */
export interface Things {
  readonly kept: Ids;
  readonly doomed: Ids;
  readonly others: ReadonlySet<string>;
}

/** Makes some of everything, as each key: what is kept, and as much again that may be deleted. */
export async function makeThings(service: HttpClient): Promise<Things> {
  const others = new Set<string>();
  const made = async (path: string, body: object, field: string, caller: Caller = 'admin') => {
    const answer = await service.post(path, body, { headers: headersOf(caller) });
    const id = answer.body[field];
    if (typeof id !== 'string') throw new Error(`POST ${path}: ${answer.text}`);
    if (caller === 'admin') others.add(id);
    return id;
  };
  const price = { input: '1', output: '2' };
  const some = async (n: number): Promise<Ids> => ({
    conversation: [
      await made('/conversation', { message: 'Hi' }, 'conversation_id'),
      await made('/conversation', { message: 'Hi' }, 'conversation_id', 'user'),
    ],
    workflow: [
      await made('/workflow', { task: 'Think' }, 'workflow_id'),
      await made('/workflow', { task: 'Think' }, 'workflow_id', 'user'),
    ],
    budgets: [
      await made(
        '/budgets',
        { id: `fuzz-${n}`, scope: 'user', scope_id: `none-${n}`, period: 'day', limit_usd: 5 },
        'id',
      ),
    ],
    keys: [await made('/keys', { name: `fuzz-${n}` }, 'id')],
    prices: [await made('/prices/overrides', { model: `none-${n}`, ...price }, 'id')],
  });
  return { kept: await some(1), doomed: await some(2), others };
}
