import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parser as logql } from '@grafana/lezer-logql';
import { parser as traceql } from '@grafana/lezer-traceql';
import { describe, expect, it } from 'vitest';
import { dashboards } from '../../grafana/source/dashboards.ts';
import { readDashboards, readQueries } from '../../stack/check/dashboard-queries.ts';
import { fillIn, startsFromTrace } from '../../stack/check/fill-in.ts';
import { readLinks } from '../../stack/check/link-queries.ts';
import { readYaml, ROOT } from './support/files.js';
import { promtool } from './support/promtool.js';

const files = readDashboards(ROOT);
const queries = [...readQueries(ROOT), ...readLinks(ROOT)];
const TRACE = { id: '0af7651916cd43dd8448eb211c80319c', service: 'fastapi-backend' };
const FILLING = { rangeSeconds: 3600, rateInterval: '1m', trace: TRACE };
const GRAFANA_VARIABLES = new Set(['__rate_interval', '__range', '__auto', '__timeFilter']);

/** What Grafana draws without a plugin, and we use. */
const PANEL_TYPES = ['bargauge', 'barchart', 'logs', 'row', 'stat', 'table', 'timeseries'];

/** Titles of the FastAPI example's panels. */
const EIGHT = [
  'Total Requests',
  'Requests Per Minute',
  'Errors Per Second',
  'Average Response Time',
  'Request Duration P60',
  'CPU Usage',
  'Memory Usage',
  'Logger Stream',
];

describe('the dashboards', () => {
  it('are what their sources make (npm run dashboards)', () => {
    for (const [file, text] of dashboards()) {
      const written = readFileSync(join(ROOT, 'grafana/dashboards', file), 'utf8');
      expect(written === text, file).toBe(true);
    }
    expect([...files.keys()].toSorted()).toEqual([...dashboards().keys()].toSorted());
  });

  it('have uids of their own, and the panels of each have ids', () => {
    const uids = [...files.values()].map(({ uid }) => uid);
    expect(new Set(uids).size).toBe(uids.length);
    for (const { panels } of files.values()) {
      expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    }
  });

  it.each([...files])('%s has the form of schema version 41', (_, dashboard) => {
    expect(dashboard.schemaVersion).toBe(41);
    expect(dashboard.panels.length).toBeGreaterThan(0);
    for (const { id, title, type, gridPos, targets, fieldConfig, options } of dashboard.panels) {
      expect(PANEL_TYPES, title).toContain(type);
      expect([id, gridPos.x, gridPos.y, gridPos.w, gridPos.h].every(Number.isInteger)).toBe(true);
      expect(gridPos.w > 0 && gridPos.h > 0 && gridPos.x + gridPos.w <= 24, title).toBe(true);
      if (type === 'row') continue;
      expect(options, title).toBeTypeOf('object');
      expect(fieldConfig?.defaults, title).toBeTypeOf('object');
      expect(fieldConfig?.overrides, title).toBeInstanceOf(Array);
      const refIds = (targets ?? []).map(({ refId }) => refId);
      expect(refIds.length, title).toBeGreaterThan(0);
      expect(new Set(refIds).size, title).toBe(refIds.length);
      for (const target of targets ?? []) {
        expect(target.refId).toMatch(/^[A-Z]$/);
        expect(target.expr ?? target.rawSql, title).toMatch(/\w/);
      }
    }
  });

  it('has the eight panels of the FastAPI example under their names', () => {
    const titles = files.get('Service/fastapi-service.json')?.panels.map(({ title }) => title);
    expect(titles).toEqual(expect.arrayContaining(EIGHT));
  });

  it.each([...files])('%s has no panel over another, or out of the page', (_, { panels }) => {
    const taken = new Set<string>();
    for (const { gridPos, title } of panels) {
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(x < 24 && !taken.has(`${x} ${y}`), `${title} at ${x} ${y}`).toBe(true);
          taken.add(`${x} ${y}`);
        }
      }
    }
  });

  it.each([...files])('%s asks data sources that are provisioned', (_, dashboard) => {
    const { datasources } = readYaml('grafana/provisioning/datasources/datasources.yaml') as {
      datasources: Array<{ uid: string; type: string }>;
    };
    const known = new Map(datasources.map(({ uid, type }) => [uid, type]));
    for (const { datasource, title, type, targets = [] } of dashboard.panels) {
      if (type === 'row') continue;
      expect(known.get(datasource?.uid ?? ''), title).toBe(datasource?.type);
      for (const target of targets) expect(known.has(target.datasource.uid), title).toBe(true);
    }
  });

  it.each([...files])('%s uses the variables that it has, and all of them', (_, dashboard) => {
    const text = JSON.stringify([
      dashboard.panels,
      dashboard.templating.list.map(({ definition }) => definition),
    ]);
    const used = [...text.matchAll(/\$\{?(\w+)/g)].map(([, name = '']) => name);
    const own = new Set(dashboard.templating.list.map(({ name }) => name));
    const foreign = used.filter(
      (name) => !own.has(name) && !GRAFANA_VARIABLES.has(name) && !/^__(?:value|url)/.test(name),
    );
    expect([...new Set(foreign)]).toEqual([]);
    expect([...own].filter((name) => !used.includes(name))).toEqual([]);
  });

  it.each([...files])(
    '%s asks for something also where a variable has no values',
    (_, dashboard) => {
      for (const { name, includeAll, allValue, hide } of dashboard.templating.list) {
        // What follows from the others must not widen to what is none of theirs.
        if (includeAll) expect(allValue, name).toBe(hide ? undefined : '.+');
      }
      // Loki refuses a query that the empty text fits.
      const selectors = JSON.stringify(dashboard.panels).matchAll(/\{service=~[^}]*\}/g);
      for (const [selector] of selectors) expect(selector).toContain('service!=');
    },
  );

  it.each([...files])('%s links to dashboards and data sources that there are', (_, dashboard) => {
    const uids = new Set([...files.values()].map(({ uid }) => uid));
    const links = [...JSON.stringify(dashboard.panels).matchAll(/"url":"([^"]+)"/g)];
    for (const [, url = ''] of links) {
      const uid = /^\/d\/([\w-]+)\?/.exec(url)?.[1];
      const panes = new URL(url, 'http://grafana').searchParams.get('panes');
      if (uid) expect(uids.has(uid), url).toBe(true);
      else expect(panes, url).toMatch(/"datasource":"(?:tempo|loki)"/);
    }
  });
});

describe('a query that is filled in', () => {
  it('asks for the values that a variable has, and for any where it is not known', () => {
    const variables = { path: ['/chat', 'a.b'] };
    expect(fillIn('x{path=~"$path"}', { ...FILLING, variables })).toBe(
      String.raw`x{path=~"(/chat|a\\.b)"}`,
    );
    // Loki refuses a query whose only matcher fits the empty text, as ".*" does.
    expect(fillIn('{service=~"$service"}', FILLING)).toBe('{service=~".+"}');
  });
});

describe('the queries', () => {
  const of = (server: string) =>
    queries
      .filter((query) => query.server === server && !query.text.startsWith('label_values('))
      .map(({ where, text }) => [where, fillIn(text, FILLING)] as const);

  it('of Prometheus are accepted by promtool', () => {
    const folder = mkdtempSync(join(tmpdir(), 'spanledger-promql-'));
    try {
      const rules = of('prometheus').map(([, expr], n) => ({ record: `query:${n}`, expr }));
      const file = join(folder, 'queries.yml');
      // JSON is YAML.
      writeFileSync(file, JSON.stringify({ groups: [{ name: 'queries', rules }] }));
      expect(promtool('check', 'rules', file)).toContain(`${rules.length} rules found`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each(of('loki'))('of Loki are LogQL: %s', (_, text) => {
    expect(faultsOf(logql, text)).toEqual([]);
  });

  it('of links start from the trace that was found', () => {
    const links = readLinks(ROOT).filter(({ text }) => startsFromTrace(text));
    expect(links.length).toBe(4);
    for (const { text } of links) {
      const filled = fillIn(text, FILLING);
      expect(filled).toContain('service="fastapi-backend"');
      expect(filled).not.toContain('$');
    }
    expect(fillIn(links[0]?.text ?? '', FILLING)).toContain(`trace_id = "${TRACE.id}"`);
  });

  it('of links to Tempo are TraceQL, and to Loki LogQL', () => {
    const links = [...files.values()].flatMap(({ panels }) =>
      [...JSON.stringify(panels).matchAll(/"url":"(\/explore[^"]+)"/g)].map(([, url = '']) => url),
    );
    expect(links).not.toEqual([]);
    for (const url of links) {
      const panes = new URL(url, 'http://grafana').searchParams.get('panes') ?? '{}';
      const [query] = (
        JSON.parse(panes) as { pane: { queries: [{ expr?: string; query?: string }] } }
      ).pane.queries;
      const filled = (query.expr ?? query.query ?? '').replaceAll('${__value.text}', TRACE.id);
      if (query.expr) expect(faultsOf(logql, filled)).toEqual([]);
      // A trace's id alone is a query that Tempo's data source takes by itself.
      else expect(filled).toBe(TRACE.id);
    }
    for (const [, text] of of('tempo')) expect(faultsOf(traceql, text)).toEqual([]);
    expect(faultsOf(traceql, '{ span.http.route = ')).not.toEqual([]);
    expect(faultsOf(logql, '{service="a"} |~ ')).not.toEqual([]);
  });
});

/** Where the grammar finds something that it does not know. */
function faultsOf(parser: typeof logql, text: string): string[] {
  const faults: string[] = [];
  parser.parse(text).iterate({
    enter: ({ type, from, to }) => {
      if (type.isError) faults.push(`at ${from}: ${text.slice(from, to + 10)}`);
    },
  });
  return faults;
}
