import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, escapeIdentifier } from 'pg';
import { type Cluster, createCluster } from './postgres-cluster.ts';

/**
 * Starts a real PostgreSQL of one's own (about 0.5 s): private port, data in a temporary folder,
 * synced to disk as in production. It ends with this process, however that ends.
 *
 * @throws Error when no PostgreSQL is installed.
 */
export async function startPostgres(): Promise<PostgresServer> {
  const server = new PostgresServer(await createCluster());
  try {
    await server.restart();
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}

/**
 * Becomes the server, and leaves a watcher behind that stops it when this process dies: the pipe
 * closes. A line on the pipe tells the watcher that the server has ended already.
 */
const LAUNCH = 'exec 3<&0; (read -r _ <&3 || kill -INT $$) & exec "$0" "$@" 3<&- </dev/null';

/** How long a start may take; after a crash the server first replays its log. */
const START_MS = 30_000;

export class PostgresServer {
  readonly #cluster: Cluster;
  #process: ChildProcess | undefined;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    process.once('exit', this.#removeFolder);
  }

  /** Of the database `postgres`, with user and password. */
  get url(): string {
    return this.#urlOf('postgres');
  }

  /** Makes an empty database and gives its URL. */
  async createDatabase(name: string): Promise<string> {
    const client = new Client({ connectionString: this.url });
    await client.connect();
    try {
      await client.query(`CREATE DATABASE ${escapeIdentifier(name)}`);
    } finally {
      await client.end();
    }
    return this.#urlOf(name);
  }

  /** Starts the server on the same port and data, stopping it first if it runs. */
  async restart(): Promise<void> {
    await this.#end('SIGINT');
    const deadline = Date.now() + START_MS;
    // The first start after kill9() may find a dying session still attached to the shared memory.
    while (!(await this.#started(deadline))) {
      if (Date.now() > deadline) throw new Error(`PostgreSQL did not start:\n${this.#log()}`);
      await sleep(100);
    }
  }

  /** Kills the server and its sessions as a crash would: no goodbye, no checkpoint. */
  async kill9(): Promise<void> {
    const sessions = childrenOf(this.#process?.pid);
    const ended = this.#end('SIGKILL');
    for (const pid of sessions) killIfAlive(pid);
    await ended;
  }

  /** Stops the server and removes its folder. */
  async stop(): Promise<void> {
    await this.#end('SIGINT');
    process.off('exit', this.#removeFolder);
    this.#removeFolder();
  }

  async #started(deadline: number): Promise<boolean> {
    const { user, folder, program, options } = this.#cluster;
    const log = openSync(join(folder, 'log'), 'a');
    const child = spawn('/bin/sh', ['-c', LAUNCH, program, ...options], {
      ...user,
      cwd: folder,
      stdio: ['pipe', log, log],
    });
    closeSync(log);
    // The watcher may be gone before it is told.
    child.stdin?.on('error', () => undefined);
    this.#process = child;
    while (child.exitCode === null && Date.now() < deadline) {
      if (await answers(this.url)) return true;
      await sleep(50);
    }
    await this.#end('SIGKILL');
    return false;
  }

  async #end(signal: 'SIGINT' | 'SIGKILL'): Promise<void> {
    const child = this.#process;
    if (!child) return;
    this.#process = undefined;
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal);
      await once(child, 'exit');
    }
    child.stdin?.end('over\n');
  }

  #urlOf(database: string): string {
    const { password, port } = this.#cluster;
    return `postgres://postgres:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
  }

  #log(): string {
    return readFileSync(join(this.#cluster.folder, 'log'), 'utf8').slice(-2_000);
  }

  readonly #removeFolder = (): void => {
    rmSync(this.#cluster.folder, { recursive: true, force: true });
  };
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end();
  }
}

/** Linux only; elsewhere the sessions notice the death of their server by themselves. */
function childrenOf(parent: number | undefined): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && parentOf(name) === parent)
      .map(Number);
  } catch {
    return [];
  }
}

function parentOf(pid: string): number | undefined {
  try {
    return Number(/^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}

function killIfAlive(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}
