import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PortShare } from '../cluster/index.js';
import { BoundPort } from './bound-port.js';

const HOST = '127.0.0.1';

/** Takes connections from the sockets that it inherits, and says its name into each; `stuck` takes none. */
const WORKER = `const { createServer, Socket } = require('node:net');
const [name, count] = process.argv.slice(1);
let left = Number(count);
for (let n = 0; n < Number(count); n++) {
  const socket = new Socket({ fd: 3 + n, readable: false, writable: false });
  createServer((connection) => connection.end(name)).listen(socket, () => {
    if (--left) return;
    require('node:fs').writeSync(1, 'listens');
    if (name === 'stuck') for (;;);
  });
}`;

describe.runIf(process.platform === 'linux')('BoundPort', () => {
  let port: BoundPort;
  let share: PortShare;
  let workers: ChildProcess[];

  beforeEach(async () => {
    workers = [];
    port = (await BoundPort.open(HOST, 0)) as BoundPort;
    share = port.share();
  });
  afterEach(() => {
    for (const worker of workers) worker.kill('SIGKILL');
  });

  async function start(name: string, { descriptors }: PortShare): Promise<ChildProcess> {
    const worker = spawn(process.execPath, ['-e', WORKER, name, String(descriptors.length)], {
      stdio: ['ignore', 'pipe', 'inherit', ...descriptors],
    });
    workers.push(worker);
    await once(worker.stdout as NonNullable<typeof worker.stdout>, 'data');
    return worker;
  }
  const call = (): Socket => connect(port.port, HOST);
  const nameFrom = async (socket: Socket): Promise<string> => {
    let name = '';
    for await (const part of socket) name += String(part);
    return name;
  };

  it('is refused to callers until a worker listens', async () => {
    await expect(once(call(), 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await start('first', share);
    expect(await nameFrom(call())).toBe('first');
  });

  it('keeps what waits in a share for the successor, when the worker is killed', async () => {
    const stuck = await start('stuck', share);
    const waiting = Array.from({ length: 20 }, call);
    await Promise.all(waiting.map((socket) => once(socket, 'connect')));
    stuck.kill('SIGKILL');
    await once(stuck, 'exit');
    const late = call();
    await start('successor', share);
    const names = await Promise.all([...waiting, late].map(nameFrom));
    expect(names).toEqual(Array<string>(21).fill('successor'));
  });

  it('gives all new connections to the other workers, once a share is closed', async () => {
    const one = await start('one', share);
    await start('two', port.share());
    const before = await Promise.all(Array.from({ length: 60 }, () => nameFrom(call())));
    expect(new Set(before)).toEqual(new Set(['one', 'two']));
    one.kill('SIGKILL');
    await once(one, 'exit');
    share.close();
    const after = await Promise.all(Array.from({ length: 60 }, () => nameFrom(call())));
    expect(new Set(after)).toEqual(new Set(['two']));
  });

  it('waits for a port that is let go of', async () => {
    const other = createServer().listen(0, HOST);
    await once(other, 'listening');
    const { port: number } = other.address() as AddressInfo;
    const opening = BoundPort.open(HOST, number);
    await sleep(600);
    other.close();
    expect((await opening)?.port).toBe(number);
  });

  it('refuses at once what waiting does not mend', async () => {
    // Of a network that is kept for documents (RFC 5737).
    const opening = BoundPort.open('192.0.2.1', 8_000);
    await expect(opening).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' });
  });
});
