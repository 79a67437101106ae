import * as fc from 'fast-check';
import { hostile } from './hostile.js';
import { right, type Schema } from './right.js';

/** Ids of what there is, by the first part of the path. */
export type Ids = Readonly<Record<string, readonly string[]>>;

/** What its rules ask for, which its schema does not tell. */
const BASES: Readonly<Record<string, object>> = {
  '/prices/overrides': { model: 'none', input: '1', output: '2' },
};

/**
 * A JSON text: mostly of an object with fields of the schema, up to two of them hostile.
 *
 * @param path - of the route
 */
export function bodyOf(path: string, schema: Schema, ids: Ids): fc.Arbitrary<string> {
  const needed = new Set(schema.required);
  const fields = Object.entries(schema.properties ?? {});
  const pairs = fields.map(([field, of]) => {
    const more = field === 'conversation_id' ? ids.conversation : [];
    return fc.tuple(fc.constant(field), right(field, of, more));
  });
  const object = fc
    .tuple(
      fc.tuple(...pairs.filter((_, n) => needed.has(fields[n]![0]))),
      someOf(pairs.filter((_, n) => !needed.has(fields[n]![0]))),
      fc.array(fc.tuple(fc.constantFrom('surprise', ...fields.map(([field]) => field)), hostile), {
        maxLength: 2,
      }),
    )
    .map((all) => ({ ...BASES[path], ...Object.fromEntries<unknown>(all.flat()) }));
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

/** At most four of them: with all of them hardly a request would be right. */
export function someOf<T>(drawn: ReadonlyArray<fc.Arbitrary<T>>): fc.Arbitrary<T[]> {
  const maxLength = Math.min(4, drawn.length);
  return fc.tuple(...drawn).chain((all) => fc.subarray(all, { maxLength }));
}
