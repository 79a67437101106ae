import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startFakeProvider, type FakeProvider } from '../../demo/fake-provider/index.ts';
import { startTraffic } from '../../demo/traffic/index.ts';
import { check, type Outcome } from '../../stack/check/check.ts';
import { readQueries } from '../../stack/check/dashboard-queries.ts';
import { ledger, prometheus } from '../../stack/check/servers.ts';
import { startPostgres, type PostgresServer } from '../support/postgres-server.js';
import { ServiceProcess } from '../support/service-process.js';
import { ROOT } from './support/files.js';
import { PrometheusServer } from './support/prometheus-server.js';

const TRAFFIC_MS = 25_000;
const FILLING = { rangeSeconds: 60, rateInterval: '10s' };

describe('the dashboards on live servers, under traffic', () => {
  let provider: FakeProvider;
  let database: PostgresServer;
  let service: ServiceProcess;
  let metrics: PrometheusServer;

  beforeAll(async () => {
    provider = await startFakeProvider();
    database = await startPostgres();
    service = await ServiceProcess.start({
      DATABASE_URL: database.url,
      ANTHROPIC_API_KEY: 'demo-key',
      ANTHROPIC_BASE_URL: provider.url,
      OPENAI_API_KEY: 'demo-key',
      OPENAI_BASE_URL: `${provider.url}/v1`,
    });
    metrics = await PrometheusServer.start(service.url);
    // Its series begins with 1, and grows no more.
    await service.post('/chat', { message: 'Hello', model: 'nobody-prices-me' });
    const traffic = startTraffic({ baseUrl: service.url, ratePerSecond: 8, seed: 1 });
    await sleep(TRAFFIC_MS);
    await traffic.stop();
  }, 120_000);
  afterAll(async () => {
    await metrics?.stop();
    await ServiceProcess.killAll();
    await database?.stop();
    await provider?.close();
  });

  it('show data in every panel of Prometheus and of the ledger', async () => {
    const reader = await ledger(database.url);
    const outcomes = await check(
      readQueries(ROOT).filter(({ server }) => server !== 'loki'),
      { prometheus: prometheus(metrics.url, FILLING.rangeSeconds), ledger: reader.ask },
      FILLING,
    );
    await reader.close();
    const lines = (status: Outcome['status']) =>
      outcomes
        .filter((outcome) => outcome.status === status)
        .map(({ query, note }) => `${query.where}: ${note}`);
    expect([...lines('error'), ...lines('empty'), ...lines('skipped')]).toEqual([]);
    process.stdout.write(`${lines('data').join('\n')}\n`);
  });

  it('count a call that is the first and only one of its kind', async () => {
    const panel = readQueries(ROOT).filter(({ where }) => where.endsWith('/ Unpriced calls'));
    const [outcome] = await check(
      panel,
      { prometheus: prometheus(metrics.url, FILLING.rangeSeconds) },
      FILLING,
    );
    expect(outcome?.note).toBe('1 (1)');
  });

  it('fail where a query finds nothing, or is none', async () => {
    const query = { where: 'x', server: 'prometheus', kind: 'panel', instant: true } as const;
    const [nothing, wrong, misspelt, absent] = await check(
      [
        { ...query, text: 'no_such_metric' },
        { ...query, text: 'sum(' },
        // A zero that no target could ever raise.
        { ...query, text: 'sum(spanledger_cals_total) or vector(0)' },
        { ...query, server: 'loki', text: '{a="b"}' },
      ],
      { prometheus: prometheus(metrics.url, 60) },
      FILLING,
    );
    const statuses = [nothing?.status, wrong?.status, misspelt?.status, absent?.status];
    expect(statuses).toEqual(['empty', 'error', 'error', 'skipped']);
    expect(misspelt?.note).toContain('no target has spanledger_cals_total');
  });
});
