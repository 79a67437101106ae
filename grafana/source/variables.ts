import type { JsonObject } from './model.ts';

const PROMETHEUS = { type: 'prometheus', uid: 'prometheus' };
const LEDGER = { type: 'grafana-postgresql-datasource', uid: 'ledger' };

/** Values of a label, any of them or all. */
export function labelVariable(name: string, label: string, metric: string): JsonObject {
  const query = `label_values(${metric}, ${name === 'job' ? 'job' : label})`;
  return {
    name,
    label: name,
    type: 'query',
    datasource: PROMETHEUS,
    query: { query, refId: name },
    definition: query,
    refresh: 2,
    sort: 1,
    multi: true,
    includeAll: true,
    // Without it "All" of nothing fits nothing: panels of a service that nobody has called yet.
    allValue: '.+',
    current: { text: ['All'], value: ['$__all'] },
  };
}

/** One that follows from the others, and is not shown: all of it is what it has, and no more. */
export function hidden({ allValue: _, ...variable }: JsonObject): JsonObject {
  return { ...variable, hide: 2 };
}

/** A text to type. */
export function textVariable(name: string, label: string): JsonObject {
  return { name, label, type: 'textbox', query: '', current: { text: '', value: '' } };
}

/** What SQL finds, one of it. */
export function sqlVariable(name: string, label: string, sql: string): JsonObject {
  const query = sql.replace(/\s+/g, ' ').trim();
  return {
    name,
    label,
    type: 'query',
    datasource: LEDGER,
    query,
    definition: query,
    refresh: 2,
    sort: 0,
    multi: false,
    includeAll: false,
    current: {},
  };
}
