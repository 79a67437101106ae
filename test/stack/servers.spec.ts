import { describe, expect, it } from 'vitest';
import { compose } from './support/compose.js';
import { read, readYaml } from './support/files.js';
import { keysOfAlloy, keysOfYaml, unknownKeys } from './support/server-keys.js';

const { services } = compose();

/** host:port of every address in a text that names one. */
function addresses(text: string): string[] {
  return [...text.matchAll(/(?:https?|tcp):\/\/([\w-]+:\d+)/g)].map((match) => match[1] ?? '');
}

/** Which port each server listens on, by its image's default or its file. */
const PORTS: Readonly<Record<string, readonly number[]>> = {
  app: [8000],
  'docker-socket-proxy': [2375],
  loki: [3100],
  prometheus: [9090],
  tempo: [3200, 4317, 4318],
  'fake-provider': [9999],
};

describe('the keys of a configuration', () => {
  const keysOf = {
    tempo: () => keysOfYaml(readYaml('tempo/tempo.yaml')),
    loki: () => keysOfYaml(readYaml('loki/loki.yaml')),
    alloy: () => keysOfAlloy(read('alloy/config.alloy')),
  };

  it.each(['tempo', 'loki', 'alloy'] as const)('are all known to %s', (server) => {
    const keys = keysOf[server]();
    expect(keys.length).toBeGreaterThan(20);
    expect(unknownKeys(server, keys)).toEqual([]);
  });

  // Whichever key it is, and however deep: it has a letter too many.
  it.each(['tempo', 'loki', 'alloy'] as const)('are looked at one by one for %s', (server) => {
    for (const { block, key } of keysOf[server]()) {
      if (block.endsWith('external_labels')) continue;
      const misspelt = { block, key: `${key}x` };
      expect(unknownKeys(server, [misspelt]), `${block} ${key}`).toHaveLength(1);
    }
  });

  it('of Alloy are those of its blocks, without those of maps', () => {
    expect(
      keysOfAlloy(
        'a.b "c" {\n  // no\n  d = { e = "f" }\n  g {\n    h = {\n      i = "j",\n    }\n  }\n}',
      ),
    ).toEqual([
      { block: '', key: 'a.b' },
      { block: 'a.b', key: 'd' },
      { block: 'a.b', key: 'g' },
      { block: 'a.b.g', key: 'h' },
    ]);
  });
});

describe('tempo.yaml', () => {
  const tempo = readYaml('tempo/tempo.yaml') as Record<string, unknown>;

  it('has only the blocks that Tempo 3.0.3 was seen to load', () => {
    // Tempo 2's ingester and compactor are gone: with them it does not start.
    const accepted = [
      'backend_scheduler',
      'backend_worker',
      'distributor',
      'metrics_generator',
      'overrides',
      'server',
      'storage',
      'stream_over_http_enabled',
      'usage_report',
    ];
    expect(Object.keys(tempo).toSorted()).toEqual(accepted);
  });

  it('keeps everything in its one volume, and takes spans from other hosts', () => {
    const paths = read('tempo/tempo.yaml').match(/path: (\S+)/g) ?? [];
    expect(paths.length).toBe(3);
    for (const path of paths) expect(path).toMatch(/^path: \/var\/tempo\//);
    expect(services.tempo?.volumes).toContain('tempo:/var/tempo');
    expect(read('tempo/tempo.yaml')).not.toMatch(/127\.0\.0\.1|localhost/);
  });

  it('gives both halves of the compaction the same retention', () => {
    expect(tempo).toMatchObject({
      backend_scheduler: { provider: { compaction: { compaction: { block_retention: '168h' } } } },
      backend_worker: { compaction: { block_retention: '168h' } },
    });
  });
});

describe('loki.yaml', () => {
  const loki = readYaml('loki/loki.yaml') as Record<string, Record<string, unknown>>;

  it('has only the blocks that Loki 3.7 was seen to load', () => {
    expect(Object.keys(loki).toSorted()).toEqual([
      'analytics',
      'auth_enabled',
      'common',
      'compactor',
      'limits_config',
      'schema_config',
    ]);
  });

  it('deletes what is older than its retention', () => {
    // Without a store for the requests, Loki refuses to start; below 24 h, to delete.
    expect(loki.compactor).toMatchObject({
      retention_enabled: true,
      delete_request_store: 'filesystem',
    });
    expect(loki.limits_config?.retention_period).toBe('168h');
  });

  it('keeps everything in its one volume', () => {
    const paths = read('loki/loki.yaml').match(/(?<=(directory|prefix): )\/[\w/]+/g) ?? [];
    expect(paths.length).toBe(4);
    for (const path of paths) expect(path).toMatch(/^\/loki/);
    expect(services.loki?.volumes).toContain('loki:/loki');
  });
});

describe('config.alloy', () => {
  const alloy = read('alloy/config.alloy');
  // Neither comments nor strings have braces that count.
  const code = alloy.replace(/`[^`]*`|"(?:\\.|[^"\\])*"/g, '""').replace(/\/\/.*$/gm, '');

  it('closes what it opens', () => {
    let depth = 0;
    for (const character of code) {
      if (character === '{') depth += 1;
      if (character === '}') depth -= 1;
      expect(depth).toBeGreaterThanOrEqual(0);
    }
    expect(depth).toBe(0);
  });

  it('hands its lines to components that there are', () => {
    const declared = [...alloy.matchAll(/^([a-z.]+) "(\w+)" \{$/gm)].map(
      ([, type, name]) => `${type}.${name}`,
    );
    const used = [
      ...code.matchAll(/\b((?:discovery|loki)\.[\w.]+)\.(?:targets|output|receiver)\b/g),
    ].map((match) => match[1]);
    expect(declared.length).toBe(5);
    // Each but the source, which nothing asks for.
    expect(new Set(used)).toEqual(
      new Set(declared.filter((name) => name !== 'loki.source.docker.project')),
    );
  });

  it('labels lines by service and level, and by nothing that has no bounds', () => {
    expect(/stage\.labels \{\s+values = \{([^}]*)\}/.exec(alloy)?.[1]?.trim()).toBe('level = ""');
    const labels = [...alloy.matchAll(/target_label\s+= "(\w+)"/g)].map((match) => match[1]);
    expect(new Set(labels)).toEqual(new Set(['compose_service', 'service']));
  });

  it('finds the level of every server of the stack', () => {
    const expression = /expression = `\(\?i\)(.*)`/.exec(alloy)?.[1] ?? '';
    const level = new RegExp(expression.replace('?P<', '?<'), 'i');
    const levelOf = (line: string) => level.exec(line)?.groups?.level;
    expect(levelOf('time=2026-11-21T02:00:00.000Z level=INFO source=main.go:1 msg="x"')).toBe(
      'INFO',
    );
    expect(levelOf('level=warn ts=2026-11-21T02:00:00Z caller=x.go msg="level=error"')).toBe(
      'warn',
    );
    expect(levelOf('logger=http t=2026-11-21 level=error msg=x')).toBe('error');
    expect(levelOf('2026-11-21 02:00:00.000 UTC [42] LOG:  checkpoint starting')).toBe('LOG');
    expect(levelOf('2026-11-21 02:00:00.000 UTC [42] ERROR:  canceling')).toBe('ERROR');
    expect(levelOf('sublevel=deep, and a level=novel word')).toBeUndefined();
  });

  it('is told the names it asks the environment for', () => {
    const asked = [...alloy.matchAll(/sys\.env\("(\w+)"\)/g)].map((match) => match[1]);
    expect(asked.length).toBe(2);
    for (const name of asked) expect(services.alloy?.environment).toHaveProperty(name ?? '');
    expect(services.alloy?.environment?.OTEL_SERVICE_NAME).toBe(
      services.app?.environment?.OTEL_SERVICE_NAME,
    );
  });
});

describe('addresses', () => {
  const demo = compose({
    POSTGRES_PASSWORD: 'a',
    SPANLEDGER_DB_PASSWORD: 'b',
    GRAFANA_DB_PASSWORD: 'c',
    GRAFANA_ADMIN_PASSWORD: 'd',
    COMPOSE_PROFILES: 'demo',
  });

  it.each([
    ['tempo', read('tempo/tempo.yaml'), 1],
    ['alloy', read('alloy/config.alloy'), 3],
    ['app', JSON.stringify(demo.services.app?.environment), 3],
    ['traffic', JSON.stringify(demo.services.traffic?.command), 1],
  ])('of %s are services of the same network, at ports where they listen', (name, text, count) => {
    const found = addresses(text);
    expect(found.length).toBe(count);
    for (const address of found) {
      const [host = '', port] = address.split(':');
      expect(PORTS[host], address).toContain(Number(port));
      const shared = services[host]?.networks.filter((net) =>
        services[name]?.networks.includes(net),
      );
      expect(shared, address).not.toEqual([]);
    }
  });
});
