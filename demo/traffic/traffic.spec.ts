import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { startTraffic } from './index.ts';
import { stepOf } from './scenario.ts';
import { TrafficStats } from './stats.ts';

describe('stepOf', () => {
  it('uses all three endpoints, and is wrong on purpose now and then', () => {
    const steps = Array.from({ length: 300 }, (_, n) => stepOf(1, n));
    const paths = new Set(steps.map(({ path }) => path));
    expect(paths).toEqual(new Set(['/chat', '/conversation', '/workflow']));
    const refused = steps.filter((step) => step.refused).length;
    expect(refused).toBeGreaterThan(0);
    expect(refused).toBeLessThan(30);
  });

  it('is the same for the same seed and another for another', () => {
    expect(stepOf(1, 5)).toEqual(stepOf(1, 5));
    const run = (seed: number) =>
      JSON.stringify(Array.from({ length: 20 }, (_, n) => stepOf(seed, n)));
    expect(run(1)).not.toBe(run(2));
  });

  it('gives conversations several turns, each with one user', () => {
    const users = new Map<unknown, Set<unknown>>();
    for (let n = 0; n < 500; n++) {
      const { path, body } = stepOf(1, n);
      if (path !== '/conversation') continue;
      const seen = users.get(body.conversation_id) ?? new Set();
      users.set(body.conversation_id, seen.add(body.user_id));
    }
    expect([...users.values()].every(({ size }) => size === 1)).toBe(true);
  });
});

describe('TrafficStats', () => {
  it('adds money without drift', () => {
    const stats = new TrafficStats();
    for (let n = 0; n < 1_000; n++)
      stats.answered({ cost_usd: '0.0000001', input_tokens: 1, output_tokens: 2 });
    stats.answered({
      workflow_id: 'w',
      total_cost_usd: '1.5',
      steps: [{ input_tokens: 4, output_tokens: null }],
    });
    // 1,000 x 0.0000001 + 1.5
    expect(stats.usd).toBe('1.5001');
    expect(stats.tokens).toBe(3_004);
  });

  it('shows nothing spent as 0', () => {
    expect(new TrafficStats().usd).toBe('0');
  });
});

describe('startTraffic', () => {
  let server: Server;
  afterEach(() => server.close());

  it('counts answers, refusals on purpose, and errors apart', async () => {
    let n = 0;
    server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk) => (text += chunk));
      request.on('end', () => {
        const { message, stream } = JSON.parse(text) as { message?: string; stream?: boolean };
        const status = message === '' ? 422 : ++n % 5 === 0 ? 500 : 200;
        const answer = JSON.stringify({ cost_usd: '0.1', input_tokens: 1, output_tokens: 1 });
        const events = `event: message\ndata: {"delta":"Hi"}\n\nevent: done\ndata: ${answer}\n\n`;
        response.writeHead(status).end(stream && status === 200 ? events : answer);
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const traffic = startTraffic({
      baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      ratePerSecond: 500,
    });
    await expect.poll(() => traffic.stats.requests).toBeGreaterThan(60);
    await traffic.stop();
    const { requests, refused, errors, tokens } = traffic.stats;
    expect(refused).toBeGreaterThan(0);
    expect(errors).toBeGreaterThan(0);
    expect(tokens).toBe(2 * (requests - refused - errors));
  });
});
