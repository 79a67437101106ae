import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  catalogueProviders,
  catalogueRelease,
  replaceCatalogue,
} from '../src/genai/pricing/index.js';
import { CatalogueRefresh } from '../src/prices/index.js';
import { pricesAnswer, type PricesAnswer } from '../src/prices/prices.schema.js';
import { TestService } from './support/test-service.js';

let service: TestService;
beforeAll(async () => {
  service = await TestService.start();
});
afterAll(() => service.stop());

const prices = (query = '') => service.get<PricesAnswer>(`/prices${query}`);

describe('GET /prices', () => {
  it('tells the price in force, its source and how old the catalogue is', async () => {
    const { status, body } = await prices('?model=claude-sonnet-4-5&provider=anthropic');
    expect(status).toBe(200);
    expect(() => pricesAnswer.strict().parse(body)).not.toThrow();
    expect(body.models).toEqual([
      expect.objectContaining({
        model: 'claude-sonnet-4-5',
        reason: null,
        price: expect.objectContaining({
          source: 'catalogue',
          // The list price of Sonnet 4.5, and above 200,000 tokens.
          per_million_tokens: expect.objectContaining({ input: '3', output: '15' }),
          long_context: [expect.objectContaining({ above: 200_000 })],
        }),
      }),
    ]);
    expect(body.catalogue.version).toBe(catalogueRelease().version);
    expect(body.catalogue.age_days).toBeGreaterThanOrEqual(0);
  });

  it('says why a model has no price', async () => {
    const { status, body } = await prices('?model=claude-sonnet-99&provider=anthropic');
    expect(status).toBe(404);
    expect(body).toMatchObject({ detail: expect.stringContaining('claude-sonnet-99') });
  });

  it('lists the models used lately, the unpriced ones first', async () => {
    await service.post('/chat', { message: 'One' });
    await service.post('/chat', { message: 'Two', model: 'claude-unknown' });
    const { body } = await prices();
    expect(
      body.models.map(({ model, calls, unpriced_calls }) => [model, calls, unpriced_calls]),
    ).toEqual([
      ['claude-unknown', 1, 1],
      ['claude-sonnet-5', 1, 0],
    ]);
    expect(body.models[0]?.reason).toMatch(/no price is known/);
  });

  it('refuses what it does not know', async () => {
    expect((await prices('?provider=anthropic')).status).toBe(422);
    expect((await prices('?model=x&at=then')).status).toBe(422);
  });
});

describe('prices of one’s own', () => {
  it('hold from the moment they are added, and until they are removed', async () => {
    const added = await service.post('/prices/overrides', {
      model: 'claude-mine',
      input: '1',
      output: '2',
      service_tiers: { batch: { multiplier: '0.5' } },
    });
    expect(added.status).toBe(201);
    const chat = await service.post('/chat', { message: 'One', model: 'claude-mine' });
    expect(chat.body['cost_status']).toBe('priced');
    const { body } = await prices('?model=claude-mine');
    expect(body.overrides).toBe(1);
    expect(body.models[0]?.price).toMatchObject({
      source: 'override',
      per_million_tokens: { input: '1', output: '2' },
      service_tiers: { batch: '0.5' },
    });
    const path = `/prices/overrides/${String(added.body['id'])}`;
    expect((await service.delete(path)).status).toBe(204);
    expect((await service.delete(path)).status).toBe(404);
    const later = await service.post('/chat', { message: 'Two', model: 'claude-mine' });
    expect(later.body['cost_status']).toBe('unpriced');
  });

  it('come with a date, and hold from then on alone', async () => {
    const price = { model: 'claude-dated', effective_from: '2026-03-01', input: 1, output: 1 };
    await service.post('/prices/overrides', price);
    expect((await prices('?model=claude-dated&at=2026-02-28')).status).toBe(404);
    expect((await prices('?model=claude-dated&at=2026-03-01')).status).toBe(200);
    const again = await service.post('/prices/overrides', { ...price, model: 'CLAUDE-dated' });
    expect(again.status).toBe(409);
    const { body } = await service.get<{ overrides: object[] }>('/prices/overrides');
    expect(body.overrides).toEqual([expect.objectContaining({ price })]);
  });

  it('are refused with every wrong field named', async () => {
    const { status, body } = await service.post('/prices/overrides', {
      model: 'a b',
      input: -1,
      output: '1',
      effective_from: '2026-02-30',
      colour: 'red',
    });
    expect(status).toBe(422);
    const paths = (body['errors'] as Array<{ path: string }>).map(({ path }) => path);
    expect(paths.toSorted()).toEqual(['colour', 'effective_from', 'input', 'model']);
    expect((await service.post('/prices/overrides', { model: 'x' })).status).toBe(422);
    expect((await service.post('/prices/overrides', [1])).status).toBe(422);
    // Found by the fuzzer: what the database cannot hold, and what cannot even be made a text.
    const unheld = { model: 'x\0', provider: '\ud800', input: 1, output: 1 };
    const refused = await service.post('/prices/overrides', unheld);
    expect(refused.status).toBe(422);
    expect(refused.text).toMatch(/wrong fields: provider, model\./);
    const dates = { effective_from: '2026-01-01', effective_to: { toString: 1 } };
    expect((await service.post('/prices/overrides', { model: 'x', ...dates })).status).toBe(422);
  });
});

describe('the refresh of the catalogue', () => {
  const refresh = () => service.app.get(CatalogueRefresh);
  const bundled = catalogueRelease();
  const servers: Server[] = [];

  afterEach(async () => {
    replaceCatalogue([...(await original)], bundled);
    for (const server of servers.splice(0)) server.close();
  });
  const original = catalogueProviders();

  async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/data.json`;
  }
  const serveText = (text: string) =>
    serve((_, response) => {
      response.setHeader('last-modified', 'Fri, 20 Nov 2026 10:00:00 GMT');
      response.end(text);
    });

  /** As the feed has it: one provider with one model, at so many dollars per million tokens. */
  const feed = (input: number, model = 'claude-sonnet-4-5', more: object = {}) =>
    JSON.stringify([
      {
        id: 'anthropic',
        name: 'Anthropic',
        api_pattern: 'x',
        models: [
          { id: model, match: { equals: model }, prices: { input_mtok: input, output_mtok: 15 } },
        ],
        ...more,
      },
    ]);

  it('takes new models and moved prices, and keeps what the feed left out', async () => {
    expect(await refresh().refresh(await serveText(feed(9, 'claude-brand-new')), 3)).toBe(
      'updated',
    );
    const { body } = await prices('?model=claude-brand-new&provider=anthropic');
    expect(body.models[0]?.price?.per_million_tokens['input']).toBe('9');
    expect(body.catalogue).toMatchObject({
      version: expect.stringMatching(/^feed-[0-9a-f]{12}$/),
      released_at: '2026-11-20T10:00:00.000Z',
    });
    const kept = await prices('?model=claude-sonnet-4-5&provider=anthropic');
    expect(kept.body.models[0]?.price?.per_million_tokens['input']).toBe('3');
  });

  it('sees that there is nothing new', async () => {
    const url = await serveText(feed(4, 'claude-brand-new'));
    expect(await refresh().refresh(url, 3)).toBe('updated');
    expect(await refresh().refresh(url, 3)).toBe('unchanged');
  });

  it.each([
    [10, 'rose by more than 3 times'],
    [0.9, 'fell by more than 3 times'],
    [0, 'became free'],
  ])('refuses a price of $%s that %s, until it is allowed', async (price) => {
    const text = feed(price, 'claude-haiku-4-5');
    const url = await serveText(text);
    const before = await prices('?model=claude-haiku-4-5&provider=anthropic');
    const factor = Math.max(price, 1) / Math.min(price, 1);
    if (factor > 3) {
      expect(await refresh().refresh(url, 3)).toBe('refused');
      expect(await prices('?model=claude-haiku-4-5&provider=anthropic')).toMatchObject({
        body: { catalogue: before.body.catalogue, models: before.body.models },
      });
    }
    expect(await refresh().refresh(url, Infinity)).toBe('updated');
  });

  it.each([
    ['no JSON', '{'],
    ['another shape', '{"models": []}'],
    ['a negative price', feed(-1)],
    [
      'an unknown rule',
      feed(3, 'x', { models: [{ id: 'x', match: { sounds: 'x' }, prices: {} }] }),
    ],
    ['nothing', '[]'],
  ])('changes nothing for a file that is %s', async (_, text) => {
    expect(await refresh().refresh(await serveText(text), 3)).toBe('failed');
    expect(catalogueRelease()).toBe(bundled);
  });

  it('changes nothing when the server fails, breaks off or sends without end', async () => {
    const failing = await serve((_, response) => response.writeHead(500).end());
    const cut = await serve((_, response) => {
      response.write('[');
      setTimeout(() => response.destroy(), 20);
    });
    const endless = await serve((_, response) => {
      const chunk = Buffer.alloc(1024 * 1024, 32);
      const more = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', more);
      more();
    });
    for (const url of [failing, cut, endless, 'http://127.0.0.1:1/']) {
      expect(await refresh().refresh(url, 3)).toBe('failed');
    }
    const { text } = await service.get('/metrics');
    expect(text).toMatch(/^spanledger_price_refreshes_total\{outcome="failed"\} \d+$/m);
    expect(catalogueRelease()).toBe(bundled);
  });
});
