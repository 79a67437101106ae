import * as fc from 'fast-check';

/** What we read of a JSON schema. */
export interface Schema {
  readonly type?: string;
  readonly default?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly $ref?: string;
}

/** Moments in a form that is right, to the ends of what can be written so. */
const MOMENTS = [
  '2026-11-01',
  '2026-11-20T09:30:00Z',
  '0001-01-01',
  '0001-01-01T00:00:00+23:59',
  '9999-12-31T23:59:59.999Z',
  '9999-12-31T23:59:59-23:59',
];

/** Texts that mean something, by the name of the field. */
const TEXTS: Readonly<Record<string, readonly string[]>> = {
  from: MOMENTS,
  to: MOMENTS,
  at: MOMENTS,
  effective_from: MOMENTS,
  effective_to: MOMENTS,
  model: ['claude-sonnet-5', 'none'],
  provider: ['anthropic'],
  group_by: ['model', 'day,user'],
  time_zone: ['UTC', 'Europe/Berlin', 'IST'],
  limit_usd: ['5', '0.000000000001', '1000000000'],
  resume: ['reprice_00000000-0000-0000-0000-000000000000'],
  workflow_type: ['a'],
};

/**
 * Values of the kind that a schema asks for.
 *
 * @param more - further texts
 */
export function right(
  name: string,
  of: Schema,
  more: readonly string[] = [],
): fc.Arbitrary<unknown> {
  if (of.enum) return fc.constantFrom(...of.enum);
  if (of.anyOf) return fc.oneof(...of.anyOf.map((one) => right(name, one, more)));
  if (of.type === 'boolean') return fc.boolean();
  if (of.type === 'integer' || of.type === 'number') {
    return fc.integer({ min: of.minimum ?? 0, max: Math.min(of.maximum ?? 100, 1_000) });
  }
  if (of.type === 'array') return fc.array(right(name, of.items ?? {}, more), { maxLength: 2 });
  if (of.type === 'object') return fc.constant({ a: 1 });
  return fc.constantFrom(...(TEXTS[name] ?? ['1', '2']), ...more);
}
