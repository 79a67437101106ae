import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dropStalledReaders } from './stalled-readers.js';

const STALLED_MS = 600;
/** More than the sockets of both sides hold. */
const MUCH = 'x'.repeat(32 * 1024 * 1024);

describe('dropStalledReaders', () => {
  let server: Server;
  let answer: (response: ServerResponse) => void;
  let reader: Socket;

  beforeEach(async () => {
    server = createServer((_, response) => answer(response));
    dropStalledReaders(server, STALLED_MS);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(async () => {
    reader.destroy();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  /** Asks, and reads nothing yet. */
  async function ask(): Promise<ServerResponse> {
    const asked = new Promise<ServerResponse>((resolve) => (answer = resolve));
    reader = connect((server.address() as AddressInfo).port, '127.0.0.1').pause();
    reader.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    return asked;
  }

  it('hangs up on who reads nothing of a long answer', async () => {
    const response = await ask();
    response.end(MUCH);
    await once(response, 'close');
    expect(response.writableFinished).toBe(false);
  });

  it('hangs up on who stops to read a stream', async () => {
    const response = await ask();
    response.write(MUCH);
    await once(response, 'close');
  });

  it('bears with who reads slowly', async () => {
    const response = await ask();
    response.end(MUCH);
    for (const end = Date.now() + 3 * STALLED_MS; Date.now() < end;) {
      reader.read(64 * 1024);
      await sleep(10);
    }
    expect(response.closed).toBe(false);
    reader.resume();
    await once(response, 'finish');
  });

  it('bears with a stream in which nothing comes for long', async () => {
    const response = await ask();
    reader.resume();
    response.write(MUCH);
    await once(response, 'drain');
    await sleep(4 * STALLED_MS);
    expect(response.closed).toBe(false);
    response.end('end');
    await once(response, 'finish');
  });
});
