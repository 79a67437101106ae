import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { HttpClient } from './http.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** On a machine that does other things as well. */
const START_WITHIN_MS = 100_000;

/** The built service as a process of its own: what a user starts, signals and kills. */
export class ServiceProcess extends HttpClient {
  #output = '';
  /** When it has ended and all that it wrote was read. */
  readonly #closed: Promise<unknown>;

  static readonly #running = new Set<ServiceProcess>();

  private constructor(
    url: string,
    readonly child: ChildProcess,
  ) {
    super(url);
    child.stdout?.on('data', (chunk) => (this.#output += chunk));
    child.stderr?.on('data', (chunk) => (this.#output += chunk));
    ServiceProcess.#running.add(this);
    this.#closed = once(child, 'close').then(() => ServiceProcess.#running.delete(this));
  }

  /** Ends what a failed test left running, so that it does not fail the next one as well. */
  static async killAll(): Promise<void> {
    await Promise.all([...ServiceProcess.#running].map((service) => service.end('SIGKILL')));
  }

  /** Starts it, on a free port unless `PORT` names one, and waits until it is ready. */
  static async start(env: Record<string, string | undefined>): Promise<ServiceProcess> {
    const port = env.PORT ? Number(env.PORT) : await freePort();
    const service = ServiceProcess.spawn({ ...env, PORT: String(port) }, port);
    for (const end = performance.now() + START_WITHIN_MS; performance.now() < end;) {
      if (!ServiceProcess.#running.has(service)) throw new Error(`It ended:\n${service.output}`);
      const ready = await service.get('/health/ready').catch(() => undefined);
      if (ready?.status === 200) return service;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`It did not get ready:\n${service.output}`);
  }

  /** Starts it without waiting, e.g. to see it fail. */
  static spawn(env: Record<string, string | undefined>, port = 0): ServiceProcess {
    const child = spawn(
      process.execPath,
      ['--import', './dist/instrumentation.js', 'dist/main.js'],
      {
        cwd: ROOT,
        // Beside PostgreSQL, nothing is to be written into the folder of somebody's own data.
        env: {
          PATH: process.env.PATH,
          HOME: process.env.HOME,
          ...(env.DATABASE_URL && { DATA_DIR: 'memory://' }),
          ...env,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    return new ServiceProcess(`http://127.0.0.1:${port}`, child);
  }

  /** Everything that it wrote so far. */
  get output(): string {
    return this.#output;
  }

  /** The whole lines so far: of the last one, only a part may have come. */
  get lines(): Array<Record<string, unknown>> {
    return this.#output
      .split('\n')
      .slice(0, -1)
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** Waits for it to end by itself, and gives the exit code. */
  async ended(): Promise<number | null> {
    await this.#closed;
    return this.child.exitCode;
  }

  /** Sends the signal and gives the exit code (null after SIGKILL). */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.child.kill(signal);
    return this.ended();
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || !address) throw new Error('No port');
  return address.port;
}
