/** What stands in for Grafana's variables while nobody looks at a dashboard. */
export interface Filling {
  /** Seconds back from now that the panels show. */
  readonly rangeSeconds: number;
  /** Prometheus's duration in place of `$__rate_interval`. */
  readonly rateInterval: string;
  /** Values of the dashboard's own variables; the others are any value. Loki takes no `.*`. */
  readonly variables?: Readonly<Record<string, readonly string[]>>;
  /** The trace that links start from. */
  readonly trace?: Trace;
}

export interface Trace {
  readonly id: string;
  /** Its `service.name`. */
  readonly service: string;
}

/** Whether the query is of a link, and asks about the trace that it is in. */
export function startsFromTrace(text: string): boolean {
  return /\$\{?__t(?:race|ags)\b/.test(text);
}

/** The query as Grafana would send it. */
export function fillIn(
  text: string,
  { rangeSeconds, rateInterval, variables = {}, trace }: Filling,
): string {
  return text
    .replaceAll('$__rate_interval', rateInterval)
    .replaceAll('$__range', `${rangeSeconds}s`)
    .replaceAll('$__auto', rateInterval)
    .replaceAll('${__trace.traceId}', trace?.id ?? '')
    .replaceAll(/\$(?:__tags|\{__tags\})/g, `service="${trace?.service ?? ''}"`)
    .replaceAll(
      /\$__timeFilter\(([\w.]+)\)/g,
      `$1 BETWEEN now() - interval '${rangeSeconds} seconds' AND now()`,
    )
    .replaceAll(
      /\$\{(\w+):sqlstring\}/g,
      (_, name: string) => `'${(variables[name]?.[0] ?? '').replaceAll("'", "''")}'`,
    )
    .replaceAll(/\$text\b/g, variables['text']?.[0] ?? '')
    .replaceAll(/\$(\w+)/g, (_, name: string) => allOf(variables[name]));
}

/** As Grafana writes all values, chosen one by one: inside a quoted regular expression, where a backslash is written twice. */
function allOf(values: readonly string[] = []): string {
  if (values.length === 0) return '.+';
  const escaped = values.map((value) => value.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\\$&`));
  return `(${escaped.join('|')})`;
}
