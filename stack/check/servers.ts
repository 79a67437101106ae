import { Client } from 'pg';
import type { Trace } from './fill-in.ts';
import { metricsOf, stem } from './metric-names.ts';

/** How many series, lines or rows an answer has; a number that is none counts for nothing. */
export type Ask = (query: string, instant: boolean) => Promise<Answer>;

export interface Answer {
  readonly count: number;
  /** A word on what it is: the first value, or row. */
  readonly sample: string;
  /** All of them, where a variable asks. */
  readonly values?: readonly string[];
  /** The one that was found and read, where traces are searched. */
  readonly trace?: Trace;
}

/** A panel is no wider than so many points, and Prometheus gives 11,000 at most. */
const MOST_POINTS = 2_000;
/** No finer than this, in seconds: less than the scrape interval. */
const FINEST_STEP = 5;

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
          step: `${Math.max(FINEST_STEP, Math.ceil(rangeSeconds / MOST_POINTS))}`,
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
    const { traces = [] } = await getJson<{ traces?: Array<{ traceID: string }> }>(
      url,
      pathOf('/api/search', { q: query, limit: '20' }),
    );
    const id = traces[0]?.traceID;
    if (id === undefined) return { count: 0, sample: '' };
    return { count: traces.length, sample: id, trace: await wholeTrace(url, id) };
  };
}

interface WholeTrace {
  readonly trace?: { readonly resourceSpans?: readonly ResourceSpans[] };
}

interface ResourceSpans {
  readonly resource?: {
    readonly attributes?: ReadonlyArray<{ key: string; value: { stringValue?: string } }>;
  };
}

/** @throws Error when Tempo found a trace, and cannot read it */
async function wholeTrace(url: string, id: string): Promise<Trace> {
  const { trace } = await getJson<WholeTrace>(url, `/api/v2/traces/${id}`);
  const services = (trace?.resourceSpans ?? []).flatMap(({ resource }) =>
    (resource?.attributes ?? []).filter(({ key }) => key === 'service.name'),
  );
  const service = services[0]?.value.stringValue;
  if (service === undefined) throw new Error(`trace ${id} was found, and has no spans to read`);
  // Searches leave out zeros at the beginning, which log lines have.
  return { id: id.padStart(32, '0'), service };
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

/** What Prometheus and Loki have in `data`. */
async function get<Data>(base: string, path: string): Promise<Data> {
  return (await getJson<{ data: Data }>(base, path)).data;
}

async function getJson<Body>(base: string, path: string): Promise<Body> {
  const response = await fetch(new URL(path, base));
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status}: ${text.slice(0, 300)}`);
  return JSON.parse(text) as Body;
}
