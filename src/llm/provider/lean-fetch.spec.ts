import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leanFetch } from './lean-fetch.js';

describe('leanFetch, beside the global fetch', () => {
  const lean = leanFetch();
  let server: Server;
  let url: string;

  beforeAll(async () => {
    server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://x');
      if (pathname === '/hang') return;
      if (pathname === '/cut') {
        response.writeHead(200, { 'content-length': '100' }).write('half');
        setTimeout(() => response.destroy(), 5);
        return;
      }
      if (pathname === '/slow') {
        response.writeHead(200).write('first');
        return;
      }
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const status = pathname === '/refused' ? 429 : 200;
        response.writeHead(status, {
          'content-type': 'application/json',
          'set-cookie': ['a=1', 'b=2'],
          'x-test': 'yes',
        });
        response.end(
          JSON.stringify({
            method: request.method,
            headers: request.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        );
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await lean.close();
  });

  const both: Array<[string, typeof fetch]> = [
    ['lean', lean.fetch],
    ['global', fetch],
  ];

  it.each(both)(
    '%s: sends method, headers and body; gives status, headers and JSON',
    async (_, send) => {
      const response = await send(`${url}/ok`, {
        method: 'POST',
        headers: new Headers({ 'X-One': '1' }),
        body: 'hello',
      });
      expect(response).toMatchObject({ ok: true, status: 200 });
      expect(response.url).toContain('/ok');
      expect(response.headers.get('X-Test')).toBe('yes');
      expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
      expect(await response.json()).toMatchObject({
        method: 'POST',
        body: 'hello',
        headers: { 'x-one': '1' },
      });
    },
  );

  it.each(both)('%s: a refusal is an answer, not an error', async (_, send) => {
    const response = await send(`${url}/refused`);
    expect(response).toMatchObject({ ok: false, status: 429 });
    expect(await response.text()).toContain('GET');
  });

  it.each(both)(
    '%s: abort before the headers rejects with an AbortError and closes',
    async (_, send) => {
      const controller = new AbortController();
      const pending = send(`${url}/hang`, { signal: controller.signal });
      setTimeout(() => controller.abort(), 20);
      await expect(pending).rejects.toMatchObject({ name: 'AbortError' });
    },
  );

  it.each(both)('%s: abort in the middle of the body ends the reading', async (_, send) => {
    const controller = new AbortController();
    const response = await send(`${url}/slow`, { signal: controller.signal });
    const text = response.text();
    controller.abort();
    await expect(text).rejects.toThrow();
  });

  it.each(both)('%s: a cut body is an error', async (_, send) => {
    const response = await send(`${url}/cut`);
    await expect(response.text()).rejects.toThrow();
  });

  it.each(both)('%s: nobody at the address is an error', async (_, send) => {
    await expect(send('http://127.0.0.1:9')).rejects.toThrow();
  });

  it.each(both)('%s: the body can be read piece by piece', async (_, send) => {
    const response = await send(`${url}/ok`);
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(chunk, { stream: true });
    }
    expect(text).toContain('"method":"GET"');
  });
});
