import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestService } from './support/test-service.js';

describe('more calls than there is room for', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start({ MAX_IN_FLIGHT: '3' }, { latencyMs: 700 });
  });
  afterAll(() => service.stop());

  it('are refused at once, with when to try again; those in hand are answered', async () => {
    const chat = () => service.post('/chat', { message: 'Hi' });
    const all = Promise.all(Array.from({ length: 10 }, chat));
    await expect.poll(() => service.provider.requests.length, { timeout: 5_000 }).toBe(3);
    // While it refuses calls, it is well, and says so.
    expect((await service.get('/health/ready')).status).toBe(200);
    const answers = await all;
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(3);
    expect(statuses.filter((status) => status === 503)).toHaveLength(7);
    const refused = answers.find(({ status }) => status === 503);
    expect(refused?.headers.get('retry-after')).toBe('1');
    expect(refused?.body).toMatchObject({ type: 'urn:spanledger:problem:overloaded' });
    expect(refused?.headers.get('x-request-id')).toMatch(/^[\da-f]{32}$/);
    expect(refused?.headers.get('x-content-type-options')).toBe('nosniff');
    const { text } = await service.get('/metrics');
    expect(text).toMatch(/^spanledger_requests_shed_total 7$/m);
    expect(text).toMatch(
      /^fastapi_requests_total\{method="POST",path="\/chat",status_code="503"\} 7$/m,
    );
  });

  it('are counted however their path is written', async () => {
    const paths = ['/%63hat', '/chat', '/ch%61t', '/%63hat', '/chat', '/%63hat'];
    const answers = await Promise.all(paths.map((path) => service.post(path, { message: 'Hi' })));
    const statuses = answers.map(({ status }) => status).toSorted();
    expect(statuses).toEqual([200, 200, 200, 503, 503, 503]);
  });

  it('are not kept out by those who send half a body and wait', async () => {
    const { hostname, port } = new URL(service.url);
    const head = 'POST /chat HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
    const sockets = Array.from({ length: 10 }, () => {
      const socket = connect(Number(port), hostname);
      socket.write(`${head}content-length: 20\r\n\r\n{"message"`);
      return socket;
    });
    await sleep(200);
    const calls = () => [1, 2, 3].map(() => service.post('/chat', { message: 'Hi' }));
    const statuses = async () => (await Promise.all(calls())).map(({ status }) => status);
    expect(await statuses()).toEqual([200, 200, 200]);
    // All of them end at once: no more are taken on than there is room for.
    const answers = sockets.map(async (socket) =>
      String(
        await new Promise((resolve) => {
          socket.once('data', resolve);
          socket.write(': "Hello"}');
        }),
      ),
    );
    const seen = (await Promise.all(answers)).map((text) => text.slice(9, 12)).toSorted();
    for (const socket of sockets) socket.destroy();
    expect(seen).toEqual([...Array<string>(3).fill('200'), ...Array<string>(7).fill('503')]);
    expect(await statuses()).toEqual([200, 200, 200]);
  });

  it('find room again when the others have ended, also those whose reader left', async () => {
    const leaver = new AbortController();
    const left = service.post('/chat', { message: 'Hi' }, { signal: leaver.signal });
    setTimeout(() => leaver.abort(), 100);
    await expect(left).rejects.toThrow();
    const answers = [1, 2, 3].map(() => service.post('/chat', { message: 'Hi' }));
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200, 200]);
  });
});
