import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshDatabase, type TestDatabase } from './support/database.js';
import { EventReader } from './support/event-reader.js';
import { ServiceProcess } from './support/service-process.js';

/** More than sockets can hold between a provider and a reader that does not read. */
const PIECES = 4_000;
const PIECE = 'many words '.repeat(1_500);
const OFFERED = PIECES * PIECE.length;

describe('a stream of many megabytes', () => {
  let provider: VastProvider;
  let database: TestDatabase;
  let service: ServiceProcess;

  beforeAll(async () => {
    provider = await VastProvider.start();
    database = await freshDatabase();
    service = await ServiceProcess.start({
      ...database.env,
      ANTHROPIC_API_KEY: 'test-key',
      ANTHROPIC_BASE_URL: provider.url,
      LLM_TIMEOUT_MS: '300000',
    });
  });
  afterAll(async () => {
    await service.end('SIGTERM');
    provider.close();
    await database.drop();
  });

  /** Resident memory of the service's process, bytes. */
  const memory = () => {
    const status = readFileSync(`/proc/${service.child.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
  };
  /** A reader that asks and then reads nothing, until it is told to. */
  async function ask(): Promise<Socket> {
    const { hostname, port } = new URL(service.url);
    const socket = connect({ host: hostname, port: Number(port) });
    await once(socket, 'connect');
    const body = JSON.stringify({ message: 'All of it', stream: true });
    socket.pause();
    socket.write(
      `POST /chat HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n` +
        `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    );
    return socket;
  }

  it('waits for its reader at the provider, not in memory, and is whole in the end', async () => {
    // A first stream warms up: code, buffers and pools stay.
    const first = await ask();
    first.resume();
    await once(first, 'close');
    const before = memory();

    const socket = await ask();
    let last = -1;
    while (provider.sent !== last || last < 1) {
      last = provider.sent;
      await sleep(500);
    }
    // It has stopped: what is between them are the buffers of two sockets.
    expect(last).toBeLessThan(PIECES / 2);
    expect(memory() - before).toBeLessThan(OFFERED / 3);

    let bytes = 0;
    let tail = '';
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      tail = (tail + chunk.toString('latin1')).slice(-OFFERED * 2);
    });
    socket.resume();
    await once(socket, 'close');
    expect(provider.sent).toBe(PIECES);
    expect(bytes).toBeGreaterThan(OFFERED);
    expect(tail).toContain('event: done\n');
  }, 120_000);

  it('ends at the provider when its reader leaves, mostly within 100 ms', async () => {
    const times: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      const reader = await EventReader.post(`${service.url}/chat`, { message: 'x', stream: true });
      await reader.next();
      const left = performance.now();
      reader.leave();
      while (!provider.isLeft) await sleep(2);
      times.push(performance.now() - left);
    }
    // A machine that is busy with other things makes some of them late, not all.
    expect(Math.min(...times)).toBeLessThan(100);
  });

  it('is given up, at the provider too, when its reader reads nothing for a minute or two', async () => {
    provider.isLeft = false;
    const asked = performance.now();
    const socket = await ask();
    await expect.poll(() => provider.isLeft, { timeout: 150_000 }).toBe(true);
    expect(performance.now() - asked).toBeGreaterThan(50_000);
    expect(provider.sent).toBeLessThan(PIECES);
    socket.destroy();
  }, 180_000);
});

/** Streams one vast answer in the wire format of Anthropic, no faster than it is read. */
class VastProvider {
  /** Of the last request: pieces handed to the connection, and whether its client left. */
  sent = 0;
  isLeft = false;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<VastProvider> {
    const server = createServer((request, response) => {
      request.resume();
      void provider.#answer(response);
    });
    const provider = new VastProvider(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return provider;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  async #answer(response: ServerResponse): Promise<void> {
    this.sent = 0;
    this.isLeft = false;
    response.once('close', () => (this.isLeft = !response.writableFinished));
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const send = async (event: { type: string; [field: string]: unknown }) => {
      const text = `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
      if (!response.write(text) && !response.destroyed) await more(response);
    };
    const usage = { input_tokens: 5, output_tokens: 1 };
    await send({ type: 'message_start', message: { ...MESSAGE, usage } });
    await send({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }); // prettier-ignore
    while (this.sent < PIECES && !response.destroyed) {
      this.sent += 1;
      await send({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: PIECE } }); // prettier-ignore
    }
    await send({ type: 'content_block_stop', index: 0 });
    await send({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage }); // prettier-ignore
    await send({ type: 'message_stop' });
    response.end();
  }
}

/** Resolves when more can be written, or nothing any more. */
function more(response: ServerResponse): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const settle = () => {
    response.off('drain', settle).off('close', settle);
    resolve();
  };
  response.on('drain', settle).on('close', settle);
  return promise;
}

const MESSAGE = {
  id: 'msg_vast',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-5',
  content: [],
  stop_reason: null,
};
