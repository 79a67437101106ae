import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compose } from './support/compose.js';
import { read, readYaml, ROOT } from './support/files.js';
import { promtool } from './support/promtool.js';

interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly labels?: { readonly severity?: string };
  readonly annotations?: { readonly summary?: string; readonly description?: string };
}
interface RuleFile {
  readonly groups: ReadonlyArray<{ readonly rules: readonly Rule[] }>;
}
interface RuleTests {
  readonly tests: ReadonlyArray<{
    readonly alert_rule_test?: ReadonlyArray<{
      readonly alertname: string;
      readonly exp_alerts: readonly unknown[];
    }>;
  }>;
}
interface Config {
  readonly scrape_configs: ReadonlyArray<{
    readonly job_name: string;
    readonly static_configs: ReadonlyArray<{ readonly targets: readonly string[] }>;
  }>;
}

const FOLDER = 'prometheus/rules';
const files = readdirSync(join(ROOT, FOLDER)).map((name) => `${FOLDER}/${name}`);
const rules = files
  .filter((name) => name.endsWith('.rules.yml'))
  .flatMap((name) => (readYaml(name) as RuleFile).groups.flatMap((group) => group.rules));

describe('prometheus.yml', () => {
  it('is accepted by promtool, with its rules', () => {
    expect(promtool('check', 'config', 'prometheus/prometheus.yml')).toContain('SUCCESS');
  });

  it('scrapes the service and each server that has metrics, all of them in its network', () => {
    const { services } = compose();
    const targets = (readYaml('prometheus/prometheus.yml') as Config).scrape_configs.flatMap(
      ({ static_configs }) => static_configs.flatMap((config) => config.targets),
    );
    const hosts = targets.map((target) => target.split(':')[0] ?? '');
    expect(hosts.toSorted()).toEqual(['alloy', 'app', 'grafana', 'localhost', 'loki', 'tempo']);
    for (const host of hosts.filter((name) => name !== 'localhost')) {
      expect(services[host]?.networks).toContain('telemetry');
    }
  });

  it('is started with what Tempo and the exemplars need', () => {
    expect(compose().services.prometheus?.command).toEqual(
      expect.arrayContaining([
        '--web.enable-remote-write-receiver',
        '--enable-feature=exemplar-storage',
      ]),
    );
  });
});

describe('the rules', () => {
  it('pass promtool and all its lint', () => {
    const names = files.filter((name) => name.endsWith('.rules.yml'));
    expect(names.length).toBeGreaterThan(0);
    promtool('check', 'rules', '--lint=all', '--lint-fatal', ...names);
  });

  it('pass their unit tests', () => {
    promtool('test', 'rules', ...files.filter((name) => name.endsWith('.test.yml')));
  });

  const alerts = rules.filter((rule) => rule.alert !== undefined);

  it.each(alerts.map((rule) => [rule.alert, rule]))(
    '%s says how bad it is and what to do',
    (_, rule) => {
      expect(['warning', 'critical']).toContain((rule as Rule).labels?.severity);
      expect((rule as Rule).annotations).toEqual({
        summary: expect.stringMatching(/\w{3}/) as string,
        description: expect.stringMatching(/\w{3}.*\.$/) as string,
      });
    },
  );

  it('are all told of in README.md', () => {
    const named = [...read('README.md').matchAll(/^\| `(\w+)` +\| /gm)].map((match) => match[1]);
    expect(alerts.map((rule) => rule.alert).filter((name) => !named.includes(name))).toEqual([]);
  });

  it('have a test that fires each alert', () => {
    const tested = files
      .filter((name) => name.endsWith('.test.yml'))
      .flatMap((name) => (readYaml(name) as RuleTests).tests)
      .flatMap((test) => test.alert_rule_test ?? []);
    const fired = new Set(
      tested.filter((test) => test.exp_alerts.length > 0).map((test) => test.alertname),
    );
    expect(alerts.map((rule) => rule.alert).filter((name) => !fired.has(name ?? ''))).toEqual([]);
  });
});
