import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BudgetEvent } from './budget-event.js';
import { Webhook } from './webhook.js';

const SECRET = 'between us';

const event = (id: string): BudgetEvent => ({
  id,
  type: 'budget.threshold',
  at: '2026-11-20T12:00:00.000Z',
  budget: 'day',
  scope: 'global',
  scope_id: null,
  threshold: 80,
  limit_usd: '1',
  spent_usd: '0.8',
  held_usd: '0',
});

describe('Webhook', () => {
  let server: Server;
  let webhook: Webhook;
  let statuses: number[];
  const received: Array<{ headers: IncomingHttpHeaders; body: string }> = [];

  beforeEach(async () => {
    received.length = 0;
    statuses = [];
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += chunk));
      request.on('end', () => {
        received.push({ headers: request.headers, body });
        response.writeHead(statuses.shift() ?? 200).end('taken');
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    webhook = new Webhook({ url: `http://127.0.0.1:${port}/`, secret: SECRET }, 1);
  });
  afterEach(() => {
    webhook.close();
    server.closeAllConnections();
    server.close();
  });

  const ids = () => received.map(({ body }) => (JSON.parse(body) as BudgetEvent).id);

  it('signs the time and the body', async () => {
    webhook.send(event('one'));
    await expect.poll(() => received).toHaveLength(1);
    const [{ headers, body } = { headers: {}, body: '' }] = received;
    expect(JSON.parse(body)).toEqual(event('one'));
    const [, time, mac] =
      /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['spanledger-signature'])) ?? [];
    expect(mac).toBe(createHmac('sha256', SECRET).update(`${time}.${body}`).digest('hex'));
    expect(Math.abs(Number(time) - Date.now() / 1000)).toBeLessThan(60);
  });

  it('tries again what was refused, and keeps the order', async () => {
    statuses = [500, 503, 200];
    for (const id of ['one', 'two']) webhook.send(event(id));
    await expect.poll(ids).toEqual(['one', 'one', 'one', 'two']);
  });

  it('gives up what is refused for ever, and goes on with the next', async () => {
    statuses = Array.from({ length: 7 }, () => 400);
    for (const id of ['one', 'two']) webhook.send(event(id));
    await expect.poll(ids).toEqual([...Array.from({ length: 7 }, () => 'one'), 'two']);
  });

  it('sends nothing any more when it is closed', async () => {
    statuses = Array.from({ length: 7 }, () => 500);
    for (const id of ['one', 'two']) webhook.send(event(id));
    await expect.poll(() => received, { interval: 1 }).not.toHaveLength(0);
    webhook.close();
    const before = received.length;
    await new Promise((resolve) => setTimeout(resolve, 100));
    // The one that was on its way may still arrive.
    expect(received.length).toBeLessThanOrEqual(before + 1);
    expect(ids()).not.toContain('two');
  });
});
