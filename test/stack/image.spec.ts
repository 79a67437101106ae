import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { startFakeProvider } from '../../demo/fake-provider/index.ts';
import { HttpClient } from '../support/http.js';
import { freePort } from '../support/service-process.js';
import { compose } from './support/compose.js';
import { build, context, copies, instruction, stages, type Stage } from './support/dockerfile.js';
import { ROOT } from './support/files.js';

const all = stages();
const stage = (name: string) => all.find((one) => one.name === name) as Stage;

describe('the Dockerfile', () => {
  it('stands on the Node that the project is developed with', () => {
    expect(all.map(({ name, from }) => [name, from])).toEqual([
      ['base', `node:${manifest.devDependencies.node}-bookworm-slim`],
      ['build', 'base'],
      ['modules', 'base'],
      ['demo', 'base'],
      ['runtime', 'base'],
    ]);
  });

  it('copies what there is, and .dockerignore lets in just that', () => {
    const sources = all
      .flatMap((one) => copies(one).filter(({ from }) => !from))
      .flatMap((one) => one.sources);
    for (const source of sources) expect(existsSync(join(ROOT, source)), source).toBe(true);
    expect(new Set(context().in)).toEqual(
      new Set(sources.map((source) => source.replace('./', ''))),
    );
  });

  it('ends as nobody of importance, and starts the service as npm start does', () => {
    expect(instruction(stage('runtime'), 'USER')).toBe('node');
    expect(instruction(stage('demo'), 'USER')).toBe('node');
    const command = JSON.parse(instruction(stage('runtime'), 'CMD') ?? '') as string[];
    expect(command.join(' ')).toBe(manifest.scripts.start);
  });

  it('has the stages that docker-compose.yml builds', () => {
    const targets = Object.values(compose().services).flatMap(
      (service) => service.build?.target ?? [],
    );
    expect(new Set(targets)).toEqual(new Set(['runtime', 'demo']));
  });
});

/*
 * There is no Docker here. The stages are built in folders, by the commands that the Dockerfile
 * has, and what would be the image is started.
 */
describe('what the image holds', () => {
  const folder = mkdtempSync(join(tmpdir(), 'spanledger-image-'));
  const folderOf = (name: string) => join(folder, name);
  const running: ChildProcess[] = [];

  beforeAll(() => {
    // Of the runtime's commands there is one, which makes a folder for a user that is not here.
    expect(stage('runtime').steps.filter(({ word }) => word === 'RUN')).toEqual([
      { word: 'RUN', rest: 'install --directory --owner=node --group=node /data' },
    ]);
    const runtime = stage('runtime');
    for (const name of ['build', 'modules', 'demo']) build(stage(name), folderOf);
    build({ ...runtime, steps: runtime.steps.filter(({ word }) => word === 'COPY') }, folderOf);
  }, 600_000);

  afterAll(async () => {
    await Promise.all(running.map(end));
    rmSync(folder, { recursive: true, force: true });
  });

  function start(stageName: string, words: readonly string[], env: Record<string, string> = {}) {
    const [program, ...rest] = words;
    if (program !== 'node') throw new Error(`Not Node: ${program}`);
    const child = spawn(process.execPath, rest, { cwd: folderOf(stageName), env, stdio: 'pipe' });
    running.push(child);
    return child;
  }

  it('is small: 150 MB of modules, without types, maps or tests', () => {
    const runtime = folderOf('runtime');
    const blocks = execFileSync('du', ['-sk', join(runtime, 'node_modules')], { encoding: 'utf8' });
    const megabytes = Math.round(Number(blocks.split('\t')[0]) / 1024);
    process.stdout.write(`node_modules of the image: ${megabytes} MB\n`);
    expect(megabytes).toBeLessThan(150);
    expect(globSync('node_modules/**/*.{ts,map}', { cwd: runtime })).toEqual([]);
    expect(globSync('dist/**/*.spec.*', { cwd: runtime })).toEqual([]);
  });

  it('serves, by its own command, and its health check sees it', { timeout: 120_000 }, async () => {
    const provider = await startFakeProvider();
    const port = String(await freePort());
    const settings = instruction(stage('runtime'), 'ENV')?.split(' ') ?? [];
    const env = {
      ...(Object.fromEntries(settings.map((pair) => pair.split('='))) as Record<string, string>),
      PORT: port,
      PUBLISH_ADDRESS: '127.0.0.1',
      DATA_DIR: join(folder, 'data'),
      ANTHROPIC_API_KEY: 'any',
      ANTHROPIC_BASE_URL: provider.url,
      // The exporter is loaded by name, at start; nobody has to listen.
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
    };
    const command = JSON.parse(instruction(stage('runtime'), 'CMD') ?? '') as string[];
    const service = start('runtime', command, env);
    const probe = instruction(stage('runtime'), 'HEALTHCHECK')?.replace(/^.* CMD /, '') ?? '';
    const healthy = () => exitCode(start('runtime', JSON.parse(probe) as string[], env));
    await expect.poll(healthy, { timeout: 60_000, interval: 500 }).toBe(0);

    const client = new HttpClient(`http://127.0.0.1:${port}`);
    const answer = await client.post('/chat', { message: 'Hello' });
    expect(answer.status).toBe(200);
    expect(answer.body.cost_status).toBe('priced');
    for (const path of ['/metrics', '/openapi.json', '/docs', '/docs/swagger-ui-bundle.js']) {
      expect((await client.get(path)).status, path).toBe(200);
    }
    expect(await end(service)).toBe(0);
    expect(await healthy()).toBe(1);
    await provider.close();
  });

  it('of the demo runs without any module', { timeout: 60_000 }, async () => {
    const { services } = compose();
    const port = String(await freePort());
    const words = (name: string) => ['node', ...(services[name]?.command ?? [])];
    const at = (list: string[], flag: string, value: string) =>
      list.map((word) => (word.startsWith(flag) ? `${flag}=${value}` : word));
    start('demo', at(at(words('fake-provider'), '--port', port), '--host', '127.0.0.1'));
    const client = new HttpClient(`http://127.0.0.1:${port}`);
    const probe =
      services['fake-provider']?.healthcheck?.test?.at(-1)?.replaceAll('9999', port) ?? '';
    const healthy = () => exitCode(start('demo', ['node', '-e', probe]));
    await expect.poll(healthy, { timeout: 30_000, interval: 500 }).toBe(0);

    // It need not be the service that the traffic is sent to, to see that it is sent.
    const traffic = start('demo', at(words('traffic'), '--url', client.url));
    await expect
      .poll(async () => JSON.stringify((await client.get('/__fake/requests')).body), {
        timeout: 30_000,
      })
      .toMatch(/"path":"\/(chat|conversation|workflow)"/);
    expect(await end(traffic)).toBe(0);
  });
});

/** Stops it as Docker does, and gives its exit code. */
function end(child: ChildProcess): Promise<number | null> {
  child.kill('SIGTERM');
  return exitCode(child);
}

async function exitCode(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}
