import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compose } from './support/compose.js';
import { read, readYaml, ROOT } from './support/files.js';

interface DataSource {
  readonly uid: string;
  readonly type: string;
  readonly url: string;
  readonly user?: string;
  readonly editable: boolean;
  readonly isDefault?: boolean;
  readonly jsonData: Readonly<Record<string, unknown>>;
}

const PATH = 'grafana/provisioning/datasources/datasources.yaml';
const { datasources } = readYaml(PATH) as { datasources: readonly DataSource[] };
const byUid = new Map(datasources.map((source) => [source.uid, source]));
const { services } = compose();

describe('the data sources', () => {
  it('have the uids and types that dashboards name', () => {
    expect(datasources.map(({ uid, type }) => [uid, type])).toEqual([
      ['prometheus', 'prometheus'],
      ['tempo', 'tempo'],
      ['loki', 'loki'],
      ['ledger', 'grafana-postgresql-datasource'],
    ]);
  });

  it('cannot be edited, and one is the default', () => {
    expect(datasources.every(({ editable }) => !editable)).toBe(true);
    expect(datasources.filter(({ isDefault }) => isDefault).map(({ uid }) => uid)).toEqual([
      'prometheus',
    ]);
  });

  it('are services that Grafana shares a network with', () => {
    for (const { url } of datasources) {
      const host = url.replace(/^http:\/\//, '').split(':')[0] ?? '';
      const shared = services[host]?.networks.filter((net) =>
        services.grafana?.networks.includes(net),
      );
      expect(shared, url).not.toEqual([]);
    }
  });

  it('link to each other by uids that there are', () => {
    const named = [...read(PATH).matchAll(/datasourceUid: (\w+)/g)].map((match) => match[1] ?? '');
    expect(named.length).toBe(6);
    for (const uid of named) expect(byUid.has(uid), uid).toBe(true);
  });

  it('lead from exemplar to trace, from trace to logs, metrics and map, and from log to trace', () => {
    expect(byUid.get('prometheus')?.jsonData.exemplarTraceIdDestinations).toEqual([
      { name: 'trace_id', datasourceUid: 'tempo' },
      { name: 'traceID', datasourceUid: 'tempo' },
    ]);
    expect(byUid.get('tempo')?.jsonData).toMatchObject({
      serviceMap: { datasourceUid: 'prometheus' },
      tracesToLogsV2: { datasourceUid: 'loki' },
      tracesToMetrics: { datasourceUid: 'prometheus' },
    });
    expect(byUid.get('loki')?.jsonData.derivedFields).toMatchObject([
      { matcherType: 'label', matcherRegex: 'trace_id', datasourceUid: 'tempo' },
    ]);
  });

  it('leave to Grafana only the variables that it is given', () => {
    // $$ is a dollar sign; a single one takes a variable of Grafana's environment.
    const taken = [
      ...read(PATH)
        .replaceAll('$$', '')
        .matchAll(/\$\{?(\w+)/g),
    ].map((match) => match[1]);
    expect(taken).toEqual(['GRAFANA_DB_PASSWORD']);
    expect(services.grafana?.environment).toHaveProperty('GRAFANA_DB_PASSWORD');
  });

  it('read the ledger as the user that may do nothing else', () => {
    expect(byUid.get('ledger')).toMatchObject({
      user: 'grafana_reader',
      jsonData: { database: 'spanledger' },
    });
    expect(read('postgres/init/roles.sql')).toContain('CREATE ROLE grafana_reader');
  });
});

describe('the dashboard providers', () => {
  const folder = 'grafana/provisioning/dashboards';
  const files = existsSync(join(ROOT, folder)) ? readdirSync(join(ROOT, folder)) : [];

  it('look where docker-compose.yml mounts the dashboards', () => {
    const mounted = services.grafana?.volumes?.map((mount) => mount.split(':')[1] ?? '') ?? [];
    const providers = files.flatMap(
      (name) =>
        (readYaml(`${folder}/${name}`) as { providers: Array<{ options: { path: string } }> })
          .providers,
    );
    for (const { options } of providers) {
      expect(
        mounted.some((target) => options.path.startsWith(target)),
        options.path,
      ).toBe(true);
    }
  });
});
