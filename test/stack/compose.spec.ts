import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { compose, PASSWORDS } from './support/compose.js';
import { read, ROOT } from './support/files.js';

// The linter ships the compose specification's own schema; it exports only its program.
const SCHEMA = join(
  createRequire(import.meta.url).resolve('dclint'),
  '../../schemas/compose.schema.json',
);

const file = compose();
const services = Object.entries(file.services);
const schema = {
  ...(JSON.parse(readFileSync(SCHEMA, 'utf8')) as object),
  // Draft 7, which Ajv speaks anyhow, by an address that it does not know.
  $schema: undefined,
};

describe('docker-compose.yml', () => {
  it('fits the schema of the compose specification', () => {
    // Its formats are duration and the like, which Compose itself reads more freely.
    const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(
      schema,
    );
    validate(file);
    expect(validate.errors ?? []).toEqual([]);
    expect(validate({ services: { app: { imagine: 'x' } } })).toBe(false);
  });

  it.each(Object.keys(PASSWORDS))('does not start without %s, and says what to do', (name) => {
    expect(() => compose({ ...PASSWORDS, [name]: '' })).toThrow(
      `${name} is not set. The head of docker-compose.yml has the command`,
    );
  });

  it('has a command at its head that makes every password it asks for', () => {
    const text = read('docker-compose.yml');
    const asked = new Set([...text.matchAll(/\$\{(\w+):\?/g)].map((match) => match[1]));
    const command = /^#\s+(for name in .*)$/m.exec(text)?.[1] ?? '';
    const folder = mkdtempSync(join(tmpdir(), 'spanledger-env-'));
    try {
      execFileSync('sh', ['-c', command], { cwd: folder });
      const made = parseEnv(readFileSync(join(folder, '.env'), 'utf8'));
      expect(new Set(Object.keys(made))).toEqual(asked);
      expect(asked).toEqual(new Set(Object.keys(PASSWORDS)));
      expect(new Set(Object.values(made)).size).toBe(asked.size);
      // They become part of a URL.
      for (const password of Object.values(made)) expect(password).toMatch(/^[0-9a-f]{48}$/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('publishes the API and Grafana, on loopback, and nothing else', () => {
    const published = services.flatMap(([name, { ports = [] }]) =>
      ports.map((port) => [name, port]),
    );
    expect(published).toEqual([
      ['app', '127.0.0.1:8000:8000'],
      ['grafana', '127.0.0.1:3000:3000'],
    ]);
  });

  it('lets only the API, Grafana and the demo out of its networks', () => {
    const open = Object.keys(file.networks).filter((name) => !file.networks[name]?.internal);
    expect(open).toEqual(['edge']);
    const out = services
      .filter(([, { networks }]) => networks.includes('edge'))
      .map(([name]) => name);
    expect(out).toEqual(['app', 'grafana', 'fake-provider', 'traffic']);
  });

  it.each(services)('holds %s tight', (name, service) => {
    expect(service.restart).toBe(name === 'check' ? 'no' : 'unless-stopped');
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.security_opt).toEqual(['no-new-privileges:true']);
    expect(service.mem_limit).toMatch(/^\d+[mg]$/);
    expect(service.pids_limit).toBeGreaterThan(0);
  });

  it.each(services.filter(([, { build }]) => !build))('pins %s to one version', (_, { image }) => {
    expect(image).toMatch(/:v?\d+\.\d+(\.\d+)?(-[a-z]+)*$/);
  });

  it('gives the Docker socket to the proxy alone, and the proxy to Alloy alone', () => {
    const holders = services.filter(([, { volumes = [] }]) =>
      volumes.join().includes('docker.sock'),
    );
    expect(holders.map(([name]) => name)).toEqual(['docker-socket-proxy']);
    const near = services.filter(([, { networks }]) => networks.includes('docker'));
    expect(near.map(([name]) => name)).toEqual(['alloy', 'docker-socket-proxy']);
    // What discovery and tailing ask for, and no writing.
    expect(holders[0]?.[1].environment).toEqual({ CONTAINERS: 1, NETWORKS: 1, POST: 0 });
  });

  it('seals every root file system but that of Grafana', () => {
    const open = services.filter(([, service]) => !service.read_only).map(([name]) => name);
    expect(open).toEqual(['grafana']);
  });

  it('asks every server for its health', () => {
    const silent = services
      .filter(([, { build, healthcheck }]) => !healthcheck?.test && build?.target !== 'runtime')
      .map(([name]) => name);
    expect(silent).toEqual(['traffic', 'check']);
    expect(read('Dockerfile')).toMatch(/^HEALTHCHECK /m);
  });

  it('mounts files that exist read-only, and declares the volumes it names', () => {
    const mounts = services.flatMap(([, { volumes = [] }]) =>
      volumes.map((mount) => mount.split(':')),
    );
    for (const [source = '', , mode] of mounts) {
      if (!/^[./]/.test(source)) expect(file.volumes).toHaveProperty(source);
      else expect(mode).toBe('ro');
      // The dashboards come with Grafana's other files.
      if (source.startsWith('./') && source !== './grafana/dashboards') {
        expect(existsSync(join(ROOT, source)), source).toBe(true);
      }
    }
  });

  it('waits only for services that there are, and that share a network', () => {
    for (const [name, { depends_on = {}, networks }] of services) {
      for (const other of Object.keys(depends_on)) {
        const shared = file.services[other]?.networks.filter((network) =>
          networks.includes(network),
        );
        expect(shared, `${name} waits for ${other}`).not.toEqual([]);
      }
    }
  });
});

describe('the check', () => {
  const { check } = file.services;

  it('runs on the Node of the image, and only when it is asked for', () => {
    expect(read('Dockerfile')).toContain(`FROM ${check?.image} AS base`);
    expect(check?.profiles).toEqual(['check']);
  });

  it('reaches the four servers, the ledger as the user that may only read', () => {
    const urls = [check?.command].flat().flatMap((word) => {
      const [, url = ''] = /^--\w+=(.+)$/.exec(String(word)) ?? [];
      return url ? [new URL(url)] : [];
    });
    expect(urls.map(({ hostname, username }) => [hostname, username])).toEqual([
      ['prometheus', ''],
      ['loki', ''],
      ['tempo', ''],
      ['postgres', 'grafana_reader'],
    ]);
    for (const { hostname } of urls) {
      const near = file.services[hostname]?.networks.some((name) => check?.networks.includes(name));
      expect(near, hostname).toBe(true);
    }
  });

  it('is given what it reads, and no passwords', () => {
    const sources = (check?.volumes ?? []).map((mount) => mount.split(':')[0]);
    expect(sources.toSorted()).toEqual(
      ['grafana', 'node_modules', 'package.json', 'prometheus', 'stack'].map((name) => `./${name}`),
    );
  });
});

describe('Grafana', () => {
  it('opens with the dashboard of the service', () => {
    const { environment, volumes = [] } = file.services.grafana ?? {};
    const home = String(environment?.GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH);
    const mount = volumes
      .map((volume) => volume.split(':'))
      .find(([source, target = '']) => source?.startsWith('./') && home.startsWith(`${target}/`));
    const here = join(ROOT, mount?.[0] ?? '', home.slice(mount?.[1]?.length));
    expect(existsSync(here), home).toBe(true);
    expect(home).toMatch(/fastapi-service\.json$/);
  });
});

describe('the demo', () => {
  it('adds a fake provider and traffic, and points the service at it', () => {
    const demo = compose({ ...PASSWORDS, COMPOSE_PROFILES: 'demo' });
    const added = services
      .filter(([, { profiles }]) => profiles?.includes('demo'))
      .map(([name]) => name);
    expect(added).toEqual(['fake-provider', 'traffic']);
    expect(demo.services.app?.environment).toMatchObject({
      ANTHROPIC_API_KEY: 'demo-key',
      ANTHROPIC_BASE_URL: 'http://fake-provider:9999',
    });
  });

  it('does not pretend to have a key when the profile is off', () => {
    expect(file.services.app?.environment).toMatchObject({
      ANTHROPIC_API_KEY: '',
      ANTHROPIC_BASE_URL: '',
    });
  });

  it('keeps what is set', () => {
    const env = { ...PASSWORDS, COMPOSE_PROFILES: 'demo', ANTHROPIC_BASE_URL: 'http://gateway' };
    expect(compose(env).services.app?.environment).toMatchObject({
      ANTHROPIC_BASE_URL: 'http://gateway',
    });
  });
});

describe('.env.example', () => {
  const example = read('.env.example');
  const passed = Object.keys(file.services.app?.environment ?? {});

  it('explains what docker-compose.yml alone reads', () => {
    const names = [...read('docker-compose.yml').matchAll(/\$\{(\w+)/g)].map(
      (match) => match[1] ?? '',
    );
    const own = new Set(names.filter((name) => !passed.includes(name)));
    // Compose gives itself the name of the project.
    own.delete('COMPOSE_PROJECT_NAME');
    expect([...own].filter((name) => !example.includes(name))).toEqual([]);
  });

  it('has nothing for the service that docker-compose.yml keeps from it, but for these', () => {
    const settings = Object.keys(parseEnv(example.split('--- docker compose')[0] ?? ''));
    expect(settings.filter((name) => !passed.includes(name)).toSorted()).toEqual([
      'BUDGETS_FILE',
      'DATA_DIR', // there is PostgreSQL
      'METRICS_PREFIX', // rules and dashboards say fastapi
      'METRICS_PUBLIC', // Prometheus scrapes without a key, on a network of its own
      'OTEL_TRACES_EXPORTER', // Tempo is there
      'PORT', // of the machine; the container's stays 8000
      'PRICES_FILE', // must be mounted, too
      'SHUTDOWN_TIMEOUT_MS', // goes with stop_grace_period
    ]);
  });
});
