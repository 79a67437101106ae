import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const START_MS = 60_000;
const STOP_MS = 20_000;

/** A start that failed, in words for the terminal. */
export class StartError extends Error {}

/** The built service as a child, its output in a file. */
export class ServiceChild {
  readonly #child: ChildProcess;
  readonly #url: string;
  readonly #log: string;

  private constructor(child: ChildProcess, url: string, log: string) {
    this.#child = child;
    this.#url = url;
    this.#log = log;
  }

  /** @throws {StartError} */
  static async start(env: NodeJS.ProcessEnv, url: string, log: string): Promise<ServiceChild> {
    if (!existsSync(`${ROOT}/dist/main.js`)) {
      throw new StartError('dist/ is missing. Run: npm run build');
    }
    mkdirSync(dirname(log), { recursive: true });
    const file = openSync(log, 'w');
    const child = spawn(
      process.execPath,
      ['--import', './dist/instrumentation.js', 'dist/main.js'],
      {
        cwd: ROOT,
        env,
        stdio: ['ignore', file, file],
      },
    );
    const service = new ServiceChild(child, url, log);
    try {
      await service.#ready();
    } catch (error) {
      await service.stop();
      throw error;
    }
    return service;
  }

  /** Whether it ended by itself. */
  get ended(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** The last lines of its output. */
  tail(): string {
    return readFileSync(this.#log, 'utf8').trim().split('\n').slice(-10).join('\n');
  }

  /** Lets it finish what it has in hand; after the deadline it is killed. */
  async stop(): Promise<void> {
    if (this.ended) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    const killer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS);
    await exited;
    clearTimeout(killer);
  }

  async #ready(): Promise<void> {
    for (const deadline = Date.now() + START_MS; Date.now() < deadline; await sleep(100)) {
      if (this.ended) throw new StartError(`The service did not start:\n${this.tail()}`);
      const answer = await fetch(`${this.#url}/health/ready`).catch(() => undefined);
      if (answer?.ok) return;
    }
    throw new StartError(`The service was not ready within ${START_MS / 1000} s:\n${this.tail()}`);
  }
}
