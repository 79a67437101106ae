import { describe, expect, it } from 'vitest';
import { budgetRequest } from './budget.schema.js';

const faultsOf = (time_zone: string) => {
  const request = { scope: 'global', period: 'day', limit_usd: '1', time_zone };
  return budgetRequest.safeParse(request).error?.issues.map(({ path }) => path.join('.'));
};

describe('the time zone of a budget', () => {
  it.each(['UTC', 'Europe/Berlin', 'Asia/Kolkata', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5'])(
    'may be %s',
    (name) => expect(faultsOf(name)).toBeUndefined(),
  );

  it.each([
    'IST',
    'CST',
    'EST',
    'CET',
    'ist',
    '+01:00',
    'Mars/Olympus',
    'UTC+1',
    'a/../b',
    '\0',
    '',
  ])('may not be %j, which is none or not the same one for JavaScript and PostgreSQL', (name) =>
    expect(faultsOf(name)).toEqual(['time_zone']),
  );
});
