import { describe, expect, it } from 'vitest';
import { bar, table } from './table.js';

describe('table', () => {
  const columns = [
    { head: 'name', cell: ([name]: [string, string]) => name },
    { head: 'USD', cell: ([, usd]: [string, string]) => usd, align: 'right' as const },
  ];

  it('makes columns as wide as their widest cell', () => {
    expect(
      table(columns, [
        ['ada', '0.5'],
        ['a longer one', '12.25'],
      ]),
    ).toBe(
      ['name            USD', 'ada             0.5', 'a longer one  12.25'].join('\n'), // prettier-ignore
    );
  });

  it('has its heads without rows', () => {
    expect(table(columns, [])).toBe('name  USD');
  });

  it('lets no text move the cursor', () => {
    expect(table(columns, [['\u001b[2Jx\ny', '1']])).toContain('�[2Jx�y');
  });
});

describe('bar', () => {
  it.each([
    [8, 8, '████'],
    [4, 8, '██'],
    [3, 8, '█▌'],
    // Something is never nothing.
    [0.0001, 8, '▏'],
    [0, 8, ''],
    [0, 0, ''],
  ])('shows %s of %s', (value, most, expected) => {
    expect(bar(value, most, 4)).toBe(expected);
  });
});
