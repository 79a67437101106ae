import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { StackQuery } from './dashboard-queries.ts';

interface Provisioning {
  readonly datasources: ReadonlyArray<{
    readonly uid: string;
    readonly jsonData?: {
      readonly tracesToLogsV2?: { readonly query: string };
      readonly tracesToMetrics?: {
        readonly queries: ReadonlyArray<{ readonly name: string; readonly query: string }>;
      };
    };
  }>;
}

/** What Grafana asks when somebody follows a link from a trace, as of any trace of any service. */
export function readLinkQueries(root: string): StackQuery[] {
  const file = join(root, 'grafana/provisioning/datasources/datasources.yaml');
  const { datasources } = parse(readFileSync(file, 'utf8')) as Provisioning;
  const { tracesToLogsV2, tracesToMetrics } =
    datasources.find(({ uid }) => uid === 'tempo')?.jsonData ?? {};
  const link = (server: StackQuery['server'], name: string, query: string): StackQuery => ({
    where: `Links of traces / ${name}`,
    server,
    text: ofAnyTrace(query),
    kind: 'panel',
    instant: true,
  });
  return [
    ...(tracesToLogsV2 ? [link('loki', 'Logs', tracesToLogsV2.query)] : []),
    ...(tracesToMetrics?.queries ?? []).map(({ name, query }) => link('prometheus', name, query)),
    link(
      'prometheus',
      'Service graph',
      'sum by (client, server) (traces_service_graph_request_total)',
    ),
  ];
}

/** A dollar is written twice in provisioning files. */
function ofAnyTrace(query: string): string {
  return query
    .replaceAll(/\$\$(?:__tags|\{__tags\})/g, 'service=~".+"')
    .replaceAll('= "$${__trace.traceId}"', '!= ""');
}
