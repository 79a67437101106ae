/** What stands in for Grafana's variables while nobody looks at a dashboard. */
export interface Filling {
  /** Seconds back from now that the panels show. */
  readonly rangeSeconds: number;
  /** Prometheus's duration in place of `$__rate_interval`. */
  readonly rateInterval: string;
  /** Values of the dashboards' own variables; the others are all values, `.*`. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** The query as Grafana would send it. */
export function fillIn(
  text: string,
  { rangeSeconds, rateInterval, variables = {} }: Filling,
): string {
  return text
    .replaceAll('$__rate_interval', rateInterval)
    .replaceAll('$__range', `${rangeSeconds}s`)
    .replaceAll('$__auto', rateInterval)
    .replaceAll(
      /\$__timeFilter\(([\w.]+)\)/g,
      `$1 BETWEEN now() - interval '${rangeSeconds} seconds' AND now()`,
    )
    .replaceAll(
      /\$\{(\w+):sqlstring\}/g,
      (_, name: string) => `'${(variables[name] ?? '').replaceAll("'", "''")}'`,
    )
    .replaceAll(/\$text\b/g, variables['text'] ?? '')
    .replaceAll(/\$(\w+)/g, (_, name: string) => variables[name] ?? '.*');
}
