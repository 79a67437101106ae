import * as fc from 'fast-check';

/** Values that break what was not written for them. */
export const hostile = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    '',
    ' ',
    '\0',
    'a\0b',
    '\ud800',
    '\u202e',
    '../../etc/passwd',
    "'; DROP TABLE ledger_entry; --",
    '${jndi:ldap://x}',
    '{{7*7}}',
    '%00',
    '%',
    '-0',
    '1e999',
    'NaN',
    '__proto__',
    'constructor',
    'x'.repeat(300),
    'x'.repeat(100_000),
    0,
    -1,
    0.1,
    1e21,
    Number.MAX_SAFE_INTEGER,
    -Number.MAX_SAFE_INTEGER,
    true,
    [],
    [[[[[[]]]]]],
    {},
    { toString: 1 },
    { length: -1 },
  ),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.integer(),
  fc.double(),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.anything({ maxDepth: 4, withNullPrototype: false, withBigInt: false }),
);

/** A JSON text: mostly of an object with the fields that the schema names, some of them right. */
export function bodyOf(schema: Schema): fc.Arbitrary<string> {
  const fields = Object.entries(schema.properties ?? {});
  const right = (of: Schema): fc.Arbitrary<unknown> => {
    if (of.enum) return fc.constantFrom(...of.enum);
    if (of.type === 'boolean') return fc.boolean();
    if (of.type === 'integer' || of.type === 'number') return fc.integer({ min: 0, max: 100 });
    if (of.type === 'array') return fc.constant([]);
    return fc.constantFrom('a', 'claude-sonnet-5', '1', 'day', '2026-11-01');
  };
  const object = fc
    .tuple(
      ...fields.map(([name, of]) =>
        fc.tuple(
          fc.constant(name),
          fc.option(fc.oneof({ weight: 3, arbitrary: right(of) }, hostile), { nil: undefined }),
        ),
      ),
    )
    .map((pairs) => Object.fromEntries(pairs as Array<[string, unknown]>));
  const odd = fc.constantFrom(
    '',
    '{',
    'null',
    '[]',
    '"x"',
    '{"__proto__": {"x": 1}}',
    '{"constructor": {"prototype": {}}}',
    '['.repeat(20_000),
    '{"a": 1, "a": 2}',
    '\ufeff{}',
  );
  return fc.oneof({ weight: 8, arbitrary: object.map(json) }, odd, hostile.map(json));
}

/** The JSON of a value; of what has none, nothing. */
export function json(value: unknown): string {
  try {
    const text: string | undefined = JSON.stringify(value);
    return text ?? '';
  } catch {
    return '{}';
  }
}

/** What we read of a JSON schema. */
export interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly $ref?: string;
}
