import type { DataSource } from 'typeorm';
import { beforeEach, describe, expect, it } from 'vitest';
import { LeaseService } from './lease.service.js';

/** A table of leases, without times; the next statements of a kind fail, before or after they are done. */
class Table {
  readonly rows = new Map<unknown, unknown>();
  readonly faults: Array<{ readonly kind: string; readonly isDone: boolean }> = [];

  query = async (statement: string, [name, token]: unknown[]): Promise<unknown> => {
    const [kind = ''] = statement.trim().split(' ');
    const at = this.faults.findIndex((fault) => fault.kind === kind);
    const [fault] = at === -1 ? [] : this.faults.splice(at, 1);
    const answer = fault?.isDone === false ? undefined : this.#do(kind, name, token);
    if (fault) throw new Error('Connection terminated unexpectedly');
    return answer;
  };

  #do(kind: string, name: unknown, token: unknown): unknown {
    if (kind === 'DELETE') {
      const isHeld = this.rows.get(name) === token;
      return [[], isHeld && this.rows.delete(name) ? 1 : 0];
    }
    if (kind !== 'INSERT' || this.rows.has(name)) return [];
    this.rows.set(name, token);
    return [{ token }];
  }
}

describe('a name whose connection is lost', () => {
  let table: Table;
  let leases: LeaseService;
  const { signal } = new AbortController();
  beforeEach(() => {
    table = new Table();
    leases = new LeaseService({ query: table.query, manager: table } as unknown as DataSource);
  });
  const hold = () => leases.hold('conversation 1', signal, () => Promise.resolve('done'));

  it.each([true, false])('when it is given back is free soon (done: %s)', async (isDone) => {
    table.faults.push({ kind: 'DELETE', isDone }, { kind: 'DELETE', isDone });
    expect(await hold()).toBe('done');
    await expect.poll(() => table.rows.size, { timeout: 1_000 }).toBe(0);
    expect(await hold()).toBe('done');
  });

  it.each([true, false])('when it is taken is free soon (done: %s)', async (isDone) => {
    table.faults.push({ kind: 'INSERT', isDone });
    await expect(hold()).rejects.toThrow('Connection terminated');
    expect(table.rows.size).toBe(isDone ? 1 : 0);
    expect(await hold()).toBe('done');
    expect(table.rows.size).toBe(0);
  });

  it('does not become free when another took it over', async () => {
    table.faults.push({ kind: 'DELETE', isDone: true });
    await hold();
    table.rows.set('conversation 1', 'of another');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(table.rows.get('conversation 1')).toBe('of another');
  });
});
