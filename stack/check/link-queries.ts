import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { StackQuery } from './dashboard-queries.ts';

/** What the data source of Tempo asks the others when somebody follows a link out of a trace. */
interface TempoLinks {
  readonly tracesToLogsV2: { readonly query: string };
  readonly tracesToMetrics: {
    readonly queries: ReadonlyArray<{ readonly name: string; readonly query: string }>;
  };
}

interface DataSources {
  readonly datasources: ReadonlyArray<{ readonly uid: string; readonly jsonData: object }>;
}

/** The links lead to Tempo; no panel asks it. */
const TRACES: StackQuery = {
  where: 'Links to traces',
  server: 'tempo',
  text: '{ span.http.route = "/chat" }',
  kind: 'link',
  instant: true,
};

/** What Grafana draws the service map of. */
const SERVICE_MAP: StackQuery = {
  where: 'Service map',
  server: 'prometheus',
  text: 'sum by (client, server) (traces_service_graph_request_total)',
  kind: 'link',
  instant: true,
};

/**
 * The queries behind the links of the data sources. The first finds a trace, which those after it
 * start from.
 */
export function readLinks(root: string): StackQuery[] {
  const file = readFileSync(
    join(root, 'grafana/provisioning/datasources/datasources.yaml'),
    'utf8',
  );
  const { datasources } = parse(file) as DataSources;
  const links = datasources.find(({ uid }) => uid === 'tempo')?.jsonData as TempoLinks;
  return [
    TRACES,
    {
      where: 'Trace to logs',
      server: 'loki',
      text: unescaped(links.tracesToLogsV2.query),
      kind: 'link',
      instant: false,
    },
    ...links.tracesToMetrics.queries.map(({ name, query }) => ({
      where: `Trace to metrics / ${name}`,
      server: 'prometheus' as const,
      text: unescaped(query),
      kind: 'link' as const,
      instant: false,
    })),
    SERVICE_MAP,
  ];
}

/** In provisioning files a dollar sign is written twice. */
function unescaped(text: string): string {
  return text.replaceAll('$$', () => '$');
}
