import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { postgresBinaries, serverUser } from './postgres-binaries.ts';

/** A data folder made by initdb, and how to start a server on it. */
export interface Cluster {
  readonly folder: string;
  readonly password: string;
  readonly port: number;
  readonly program: string;
  readonly options: string[];
  readonly user: { uid?: number; gid?: number };
}

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  // Durability tests need real syncs; the rest only keeps the server small.
  fsync: 'on',
  shared_buffers: '32MB',
  max_wal_size: '128MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
};

export async function createCluster(): Promise<Cluster> {
  const binaries = postgresBinaries();
  const user = serverUser();
  const folder = mkdtempSync(join(tmpdir(), 'spanledger-pg-'));
  const data = join(folder, 'data');
  const password = randomBytes(12).toString('hex');
  const passwordFile = join(folder, 'password');
  try {
    writeFileSync(passwordFile, password);
    if (user.uid !== undefined && user.gid !== undefined) {
      chownSync(folder, user.uid, user.gid);
      chownSync(passwordFile, user.uid, user.gid);
    }
    const initdb = ['-D', data, '-U', 'postgres', '-A', 'scram-sha-256', '--pwfile', passwordFile];
    execFileSync(
      join(binaries, 'initdb'),
      [...initdb, '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'],
      { ...user, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
    );
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  const port = await freePort();
  const settings = { ...SETTINGS, port, unix_socket_directories: folder };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return {
    folder,
    password,
    port,
    program: join(binaries, 'postgres'),
    options: ['-D', data, ...options],
    user,
  };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
