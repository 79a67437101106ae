import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, get, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listen } from './listen.js';

const CALLERS = 500;

/** Only what `listen` calls. */
function appOf(server: Server): NestFastifyApplication {
  const app = {
    listen: (options: object) => once(server.listen(options), 'listening'),
    getHttpServer: () => server,
  };
  return app as unknown as NestFastifyApplication;
}

describe('listening', () => {
  let server: Server;
  let port: number;

  beforeEach(async () => {
    server = createServer((_, response) => setTimeout(() => response.end('done'), 200));
    await listen(appOf(server), { host: '127.0.0.1', port: 0 });
    ({ port } = server.address() as AddressInfo);
  });
  afterEach(() => {
    server.close();
    server.closeAllConnections();
  });

  it('refuses a port that another has, also one that listens in the same way', async () => {
    const second = listen(appOf(createServer()), { host: '127.0.0.1', port });
    await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it.runIf(process.platform === 'linux')('takes many connections in one turn', async () => {
    let taken = 0;
    server.on('connection', () => (taken += 1));
    const folder = await mkdtemp(join(tmpdir(), 'spanledger-listen-'));
    const callers = openConnections(port, join(folder, 'connected'));
    // They all come while the loop is busy.
    const until = performance.now() + 30_000;
    while (!existsSync(join(folder, 'connected')) && performance.now() < until);
    let turns = 0;
    for (; taken < CALLERS && turns < CALLERS; turns += 1) await turn();
    callers.kill();
    await rm(folder, { recursive: true });
    expect(taken).toBe(CALLERS);
    expect(turns).toBeLessThan(CALLERS / 2);
  });

  it('is closed when the last connection is gone, whichever socket took it', async () => {
    const answers = Array.from({ length: 20 }, () => answerOf(port));
    await sleep(100);
    const closed = new Promise((resolve) => server.close(resolve));
    const first = await Promise.race([closed.then(() => 'closed'), ...answers]);
    expect(first).toBe('done');
    expect(await Promise.all(answers)).toEqual(Array<string>(20).fill('done'));
    await closed;
    const late = connect(port, '127.0.0.1');
    await expect(once(late, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

/** A process that opens so many connections, and then makes a file. */
function openConnections(port: number, file: string): ChildProcess {
  const code = `const { connect } = require('node:net');
let left = ${CALLERS};
const connected = () => --left || require('node:fs').writeFileSync(process.argv[1], '');
for (let n = 0; n < ${CALLERS}; n++) connect(${port}, '127.0.0.1', connected);`;
  return spawn(process.execPath, ['-e', code, file]);
}

async function answerOf(port: number): Promise<string> {
  const request = get({ host: '127.0.0.1', port, agent: false });
  const [response] = (await once(request, 'response')) as [AsyncIterable<Buffer>];
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part);
  return Buffer.concat(parts).toString();
}
