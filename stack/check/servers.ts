import { Client } from 'pg';
import { metricsOf, stem } from './metric-names.ts';

/** How many series, lines or rows an answer has; a number that is none counts for nothing. */
export type Ask = (query: string, instant: boolean) => Promise<Answer>;

export interface Answer {
  readonly count: number;
  /** A word on what it is: the first value, or row. */
  readonly sample: string;
  /** All of them, where a variable asks. */
  readonly values?: readonly string[];
}

/** A path with its query. */
function pathOf(path: string, query: Record<string, string>): string {
  return `${path}?${new URLSearchParams(query).toString()}`;
}

/**
 * Prometheus: `label_values(metric, label)` of variables as well, which is Grafana's own. A metric
 * that no target has is an error: behind `or vector(0)` it would be a 0 for ever.
 */
export function prometheus(url: string, rangeSeconds: number): Ask {
  let metadata: Promise<Record<string, unknown>> | undefined;
  return async (query, instant) => {
    metadata ??= get(url, '/api/v1/metadata');
    const stems = new Set(Object.keys(await metadata).map(stem));
    const unknown = metricsOf(query).filter((name) => !stems.has(stem(name)));
    if (unknown.length > 0) throw new Error(`no target has ${unknown.join(', ')}`);
    const values = /^label_values\((.+),\s*(\w+)\)$/s.exec(query);
    if (values) return labelValues(url, values[1] ?? '', values[2] ?? '');
    const end = Date.now() / 1000;
    const path = instant
      ? pathOf('/api/v1/query', { query })
      : pathOf('/api/v1/query_range', {
          query,
          start: `${end - rangeSeconds}`,
          end: `${end}`,
          // Prometheus gives at most 11,000 points of a series.
          step: String(Math.max(5, Math.ceil(rangeSeconds / 5_000))),
        });
    const { result } = await get<{ result: Series[] }>(url, path);
    return answerOf(result);
  };
}

interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: readonly [number, string];
  readonly values?: ReadonlyArray<readonly [number | string, string]>;
}

/** Series with a real number in them: `NaN` draws nothing. */
function answerOf(result: readonly Series[]): Answer {
  const full = result.flatMap(({ value, values = [] }) => {
    const last = [...values, ...(value ? [value] : [])]
      .map(([, text]) => text)
      .findLast((text) => text !== 'NaN');
    return last === undefined ? [] : [last];
  });
  return { count: full.length, sample: full[0] ?? '' };
}

async function labelValues(url: string, match: string, label: string): Promise<Answer> {
  const path = pathOf(`/api/v1/label/${label}/values`, { 'match[]': match });
  const values = await get<string[]>(url, path);
  return { count: values.length, sample: values[0] ?? '', values };
}

export function loki(url: string, rangeSeconds: number): Ask {
  return async (query) => {
    const end = Date.now();
    const times = { start: `${(end - rangeSeconds * 1000) * 1e6}`, end: `${end * 1e6}` };
    const path = pathOf('/loki/api/v1/query_range', { query, ...times });
    const { result } = await get<{ result: Series[] }>(url, path);
    return answerOf(result);
  };
}

/** Whether Tempo holds any trace, and can give it whole: what every link to it needs. */
export function tempo(url: string): Ask {
  return async (query) => {
    const path = pathOf('/api/search', { q: query, limit: '20' });
    const response = await fetch(new URL(path, url));
    if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
    const { traces = [] } = (await response.json()) as { traces?: Array<{ traceID: string }> };
    const id = traces[0]?.traceID;
    if (id !== undefined) {
      const whole = await fetch(new URL(`/api/v2/traces/${id}`, url));
      if (!whole.ok) throw new Error(`trace ${id} cannot be read: ${whole.status}`);
    }
    return { count: traces.length, sample: id ?? '' };
  };
}

export async function ledger(url: string): Promise<{ ask: Ask; close: () => Promise<void> }> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return {
    ask: async (query) => {
      const { rows } = (await client.query(query)) as { rows: Array<Record<string, unknown>> };
      const [first = {}] = rows;
      return {
        count: rows.length,
        sample: Object.values(first).slice(0, 3).map(String).join(', '),
      };
    },
    close: () => client.end(),
  };
}

async function get<Data>(base: string, path: string): Promise<Data> {
  const response = await fetch(new URL(path, base));
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status}: ${text.slice(0, 300)}`);
  return (JSON.parse(text) as { data: Data }).data;
}
