import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../config/index.js';
import { readBudgetFile } from './read-budget-file.js';

const budget = (id: string, more: object = {}) => ({
  id,
  scope: 'global',
  period: 'day',
  limit_usd: '1',
  ...more,
});

describe('readBudgetFile', () => {
  let folder: string;
  let file: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'spanledger-budgets-'));
    file = join(folder, 'budgets.json');
  });
  afterAll(() => rm(folder, { recursive: true }));

  const read = async (text: string) => {
    await writeFile(file, text);
    return readBudgetFile(file);
  };

  it('gives the budgets with their defaults, money in picodollars', async () => {
    const json = JSON.stringify({ budgets: [budget('a', { limit_usd: '0.50' })] });
    expect(await read(json)).toEqual([
      {
        id: 'a',
        scope: 'global',
        period: 'day',
        time_zone: 'UTC',
        limit_usd: 500_000_000_000n,
        mode: 'block',
        thresholds: [80, 100],
        unpriced: 'block',
      },
    ]);
  });

  it.each([
    ['{', 'is not valid JSON'],
    ['[]', '(file): '],
    [JSON.stringify({ budgets: [{ ...budget('a'), id: undefined }] }), 'budgets.0.id: '],
    [
      JSON.stringify({ budgets: [budget('a', { limit_usd: 'x' }), budget('b', { mode: 'x' })] }),
      /budgets\.0\.limit_usd: .*\n.*budgets\.1\.mode: /,
    ],
    [JSON.stringify({ budgets: [budget('a', { period: 'rolling' })] }), 'budgets.0.rolling_hours'],
    [JSON.stringify({ budgets: [budget('a'), budget('a')] }), 'budgets.1.id: There is another a'],
  ])('names what is wrong with %s', async (text, message) => {
    await expect(read(text)).rejects.toThrow(ConfigError);
    await expect(read(text)).rejects.toThrow(message);
  });

  it('says when there is no file', () => {
    expect(() => readBudgetFile(join(folder, 'none.json'))).toThrow(/BUDGETS_FILE: .* be read/);
  });
});
