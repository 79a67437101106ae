import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fastify, type FastifyInstance, type FastifyReply } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EventStream } from './event-stream.js';

const never = new AbortController().signal;

describe('EventStream', () => {
  let server: FastifyInstance;
  /** In an object, because a reply is thenable. */
  let replied: Promise<{ reply: FastifyReply }>;
  let response: Promise<IncomingMessage>;

  /** A real connection: what waits, and for what, is up to its buffers. */
  beforeEach(async () => {
    const { promise, resolve } = Promise.withResolvers<{ reply: FastifyReply }>();
    replied = promise;
    server = fastify();
    server.get('/', (_, reply) => {
      resolve({ reply: reply.header('x-request-id', 'r1') });
    });
    await server.listen({ port: 0, host: '127.0.0.1' });
    const { port } = server.server.address() as AddressInfo;
    const client = request({ port, host: '127.0.0.1', agent: false }).end();
    response = once(client, 'response').then(([incoming]) => incoming as IncomingMessage);
  });
  afterEach(async () => {
    server.server.closeAllConnections();
    await server.close();
  });

  async function textOf(incoming: IncomingMessage): Promise<string> {
    let text = '';
    for await (const chunk of incoming) text += String(chunk);
    return text;
  }

  it('sends pieces of text, then the end, with headers that proxies obey', async () => {
    const events = new EventStream((await replied).reply);
    expect(events.begun).toBe(false);
    expect(events.write('Hel', never)).toBeUndefined();
    expect(events.begun).toBe(true);
    void events.write('lo\n"', never);
    events.end('done', { response: 'Hello' });
    const incoming = await response;
    expect(incoming.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
      'x-request-id': 'r1',
    });
    expect(await textOf(incoming)).toBe(
      'event: message\ndata: {"delta":"Hel"}\n\n' +
        'event: message\ndata: {"delta":"lo\\n\\""}\n\n' +
        'event: done\ndata: {"response":"Hello"}\n\n',
    );
  });

  it('sends heartbeats while nothing else comes', async () => {
    const events = new EventStream((await replied).reply, 5);
    events.begin();
    const [chunk] = (await once(await response, 'data')) as [Buffer];
    expect(chunk.toString()).toMatch(/^: heartbeat\n\n/);
    events.end('done', {});
  });

  it('has no room while the reader does not read, and keeps no more than a buffer', async () => {
    const { reply } = await replied;
    const events = new EventStream(reply);
    events.begin();
    const incoming = await response;
    const piece = 'x'.repeat(100_000);
    // The kernel's buffers take some megabytes before anything has to wait for the reader.
    let stuck = false;
    let wait: Promise<void> | undefined;
    while (!stuck) {
      wait = events.write(piece, never);
      if (wait) stuck = await Promise.race([wait.then(() => false), sleep(250, true)]);
    }
    const { writableLength, writableHighWaterMark } = reply.raw;
    expect(writableLength).toBeGreaterThan(0);
    expect(writableLength).toBeLessThan(writableHighWaterMark + 2 * piece.length);
    incoming.resume();
    await wait;
    events.end('done', {});
  });

  it('waits no longer for a reader who leaves, and writes nothing more', async () => {
    const { reply } = await replied;
    const events = new EventStream(reply);
    events.begin();
    const incoming = await response;
    let wait = events.write('x'.repeat(100_000), never);
    while (!wait) wait = events.write('x'.repeat(100_000), never);
    incoming.destroy();
    await wait;
    expect(events.write('more', never)).toBeUndefined();
    events.end('done', {});
  });

  it('waits no longer when the signal aborts', async () => {
    const events = new EventStream((await replied).reply);
    events.begin();
    await response;
    const controller = new AbortController();
    let wait = events.write('x'.repeat(100_000), controller.signal);
    while (!wait) wait = events.write('x'.repeat(100_000), controller.signal);
    controller.abort();
    await wait;
  });
});
