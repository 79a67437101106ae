import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kinds, openTestDatabase } from './testing/open-test-database.js';

describe.each(kinds)('values through the %s database', (kind) => {
  let database: DataSource;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
  }, 30_000);
  afterAll(() => database.destroy());

  async function roundTrip(type: string, value: unknown): Promise<unknown> {
    const rows: { value: unknown }[] = await database.query(`SELECT $1::${type} AS value`, [value]);
    return rows[0]?.value;
  }

  const moment = new Date('2026-11-20T10:11:12.345Z');
  it.each([
    ['bigint', 9223372036854775807n, '9223372036854775807'],
    ['bigint', '-9007199254740993', '-9007199254740993'],
    ['integer', 42, 42],
    ['double precision', 0.1, 0.1],
    ['numeric', '0.000000075000', '0.000000075000'],
    ['numeric', 12345678901234567890123456789n, '12345678901234567890123456789'],
    ['boolean', false, false],
    ['timestamptz', moment, moment],
    ['text', 'a\n"b" \\ ü 🧾', 'a\n"b" \\ ü 🧾'],
    ['text', '', ''],
    ['text', null, null],
    ['text', undefined, null],
    ['uuid', '0190b7a4-0000-7000-8000-000000000000', '0190b7a4-0000-7000-8000-000000000000'],
    ['jsonb', { a: [1, null, 'x'], b: { c: true } }, { a: [1, null, 'x'], b: { c: true } }],
    ['jsonb', '"text"', 'text'],
    ['jsonb', 'null', null],
    ['text[]', ['a', 'b"c', 'd\\e', '{f,g}', '', null], ['a', 'b"c', 'd\\e', '{f,g}', '', null]],
    ['text[]', [], []],
    ['bigint[]', [1n, '2', null], ['1', '2', null]],
    ['timestamptz[]', [moment, null], [moment, null]],
    ['bytea', Buffer.from([0, 1, 0xff, 0x5c]), Buffer.from([0, 1, 0xff, 0x5c])],
    ['date', '2026-11-20', new Date(2026, 10, 20)],
    ['interval', '90 seconds', expect.objectContaining({ minutes: 1, seconds: 30 })],
  ])('%s: %o', async (type, value, expected) => {
    expect(await roundTrip(type, value)).toEqual(expected);
  });

  it('a text of 2 MB', async () => {
    const text = 'ü'.repeat(1_000_000);
    expect(await roundTrip('text', text)).toBe(text);
  });

  it('columns by unnest, one array for each', async () => {
    const rows = await database.query(
      'SELECT * FROM unnest($1::text[], $2::bigint[], $3::jsonb[]) AS t(name, cost, tags)',
      [
        ['a', 'b'],
        [1n, null],
        ['["x"]', '{}'],
      ],
    );
    expect(rows).toEqual([
      { name: 'a', cost: '1', tags: ['x'] },
      { name: 'b', cost: null, tags: {} },
    ]);
  });

  it('counts the rows of an UPDATE', async () => {
    const runner = database.createQueryRunner();
    await runner.query('CREATE TEMP TABLE counted (id int)');
    await runner.query('INSERT INTO counted VALUES (1), (2), (3)');
    const result = await runner.query('UPDATE counted SET id = id + 1 WHERE id > 1', [], true);
    expect(result).toMatchObject({ affected: 2 });
    await runner.query('DROP TABLE counted');
    await runner.release();
  });

  it.each([
    [
      'INSERT INTO faults VALUES (1, 1)',
      '23505',
      { constraint: 'faults_pk', detail: 'Key (id)=(1) already exists.' },
    ],
    [
      'INSERT INTO faults VALUES (2, -1)',
      '23514',
      { constraint: 'faults_positive', table: 'faults' },
    ],
    ['INSERT INTO faults VALUES (NULL, 1)', '23502', { column: 'id' }],
    ['SELECT 1 / 0', '22012', { severity: 'ERROR' }],
    ['SELECT nothing', '42703', { position: '8' }],
    ["SELECT 'x'::int", '22P02', { message: 'invalid input syntax for type integer: "x"' }],
    [`SELECT ${'1+'.repeat(50_000)}1`, '54001', { message: 'stack depth limit exceeded' }],
  ])('fails with the fields of PostgreSQL: %.40s', async (sql, code, fields) => {
    const runner = database.createQueryRunner();
    await runner.query(
      `CREATE TEMP TABLE faults (
         id int CONSTRAINT faults_pk PRIMARY KEY,
         amount int CONSTRAINT faults_positive CHECK (amount > 0))`,
    );
    await runner.query('INSERT INTO faults VALUES (1, 1)');
    await expect(runner.query(sql)).rejects.toMatchObject({
      code,
      driverError: { name: 'error', code, ...fields },
    });
    await runner.query('DROP TABLE faults');
    await runner.release();
  });

  it('rejects parameters that do not fit the statement, and goes on', async () => {
    await expect(database.query('SELECT $1::int, $2::int', [1])).rejects.toMatchObject({
      code: '08P01',
    });
    expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});
