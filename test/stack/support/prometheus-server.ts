import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../support/service-process.js';
import { readYaml, ROOT } from './files.js';

const STARTS_WITHIN_MS = 30_000;

interface Config {
  readonly global: Readonly<Record<string, string>>;
  readonly storage: { readonly exemplars: object };
}

/** A real Prometheus with the repository's configuration, looking at one service every second. */
export class PrometheusServer {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {}

  /** @param service - URL of the service, in place of the compose network's names */
  static async start(service: string): Promise<PrometheusServer> {
    const folder = mkdtempSync(join(tmpdir(), 'spanledger-prometheus-'));
    const port = await freePort();
    const { global, storage } = readYaml('prometheus/prometheus.yml') as Config;
    const every = { scrape_interval: '1s', evaluation_interval: '1s', scrape_timeout: '1s' };
    const config = {
      global: { ...global, ...every },
      rule_files: [join(ROOT, 'prometheus/rules/*.rules.yml')],
      storage,
      scrape_configs: [
        { job_name: 'fastapi-backend', static_configs: [{ targets: [new URL(service).host] }] },
        { job_name: 'prometheus', static_configs: [{ targets: [`127.0.0.1:${port}`] }] },
      ],
    };
    writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(config));
    const child = spawn(
      'prometheus',
      [
        `--config.file=${join(folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--enable-feature=exemplar-storage',
        '--log.level=error',
      ],
      { stdio: ['ignore', 'inherit', 'inherit'] },
    );
    const server = new PrometheusServer(`http://127.0.0.1:${port}`, child, folder);
    await server.#ready();
    return server;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null) {
      this.child.kill('SIGKILL');
      await once(this.child, 'exit');
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #ready(): Promise<void> {
    const deadline = Date.now() + STARTS_WITHIN_MS;
    while (Date.now() < deadline) {
      const answer = await fetch(`${this.url}/-/ready`).catch(() => undefined);
      if (answer?.ok) return;
      await sleep(100);
    }
    throw new Error('Prometheus did not get ready: is the package `prometheus` installed?');
  }
}
