import { connect } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestService } from './support/test-service.js';

const KEYS = {
  web: 'web-key-0123456789abcdef0123456789abcdef',
  app: 'app-key-0123456789abcdef0123456789abcdef',
};
const as = (key: string) => ({ headers: { authorization: `Bearer ${key}` } });

describe('a limit of calls', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start({
      API_KEYS: `web:user:${KEYS.web},app:user:${KEYS.app}`,
      RATE_LIMIT_PER_MINUTE: '3',
    });
  });
  afterAll(() => service.stop());

  const chat = (key: string, service_ = service) =>
    service_.post('/chat', { message: 'Hi' }, as(key));

  it('is of each key, says when there is room again, and calls no model beyond', async () => {
    const answers = [];
    for (let n = 0; n < 4; n += 1) answers.push(await chat(KEYS.web));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
    expect(answers.map(({ headers }) => headers.get('ratelimit-remaining'))).toEqual(
      ['2', '1', '0', '0'], // prettier-ignore
    );
    const refused = answers[3];
    const retryAfter = Number(refused?.headers.get('retry-after'));
    expect(retryAfter).toBeGreaterThanOrEqual(1);
    expect(retryAfter).toBeLessThanOrEqual(60);
    expect(refused?.body).toMatchObject({ type: 'urn:spanledger:problem:rate-limited' });
    expect(service.provider.requests).toHaveLength(3);
    expect((await chat(KEYS.app)).status).toBe(200);
    // What costs nothing is not limited.
    expect((await service.get('/usage', as(KEYS.web))).status).toBe(200);
  });

  it.skipIf(process.env.TEST_DATABASE !== 'postgres')('is one over all processes', async () => {
    const [row] = await service.query<{ points: number }>(
      `SELECT points FROM rate_limit WHERE key = 'calls:key web'`,
    );
    expect(row?.points).toBeGreaterThanOrEqual(4);
  });

  it('ends the guessing of keys, but keeps out nobody who has one', async () => {
    const statuses = new Set<number>();
    for (let n = 0; n < 40; n += 1)
      statuses.add((await service.get('/usage', as(`no${n}`))).status);
    expect([...statuses]).toEqual([401, 429]);
    expect((await service.get('/usage', as(KEYS.app))).status).toBe(200);
  });
});

describe('what a stranger sends', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());

  /** What is answered to bytes. */
  async function raw(text: string): Promise<string> {
    const { hostname, port } = new URL(service.url);
    const socket = connect({ host: hostname, port: Number(port) });
    let answer = '';
    socket.on('data', (chunk) => (answer += String(chunk)));
    socket.end(text);
    await once(socket, 'close');
    return answer;
  }

  it.each([
    [
      'headers beyond all measure',
      `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`,
      431,
    ],
    ['no HTTP', 'hello\r\n\r\n', 400],
    [
      'a content length that is none',
      'POST /chat HTTP/1.1\r\nhost: x\r\ncontent-length: x\r\n\r\n',
      400,
    ],
  ])('is answered with a problem: %s', async (_, text, status) => {
    const answer = await raw(text);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).toContain('application/problem+json');
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ status });
    expect(answer).toContain('x-content-type-options: nosniff');
  });

  it('is not taken for a word of this machine because a page pointed its name here', async () => {
    const misled = await raw('GET /keys HTTP/1.1\r\nhost: evil.example:8000\r\n\r\n');
    expect(misled).toMatch(/^HTTP\/1\.1 421 /);
    expect(misled).toContain('urn:spanledger:problem:misdirected');
    expect((await service.get('/keys')).status).toBe(200);
  });

  it('gets answers that a browser neither guesses, frames nor keeps', async () => {
    const { headers } = await service.get('/usage');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });

  it('gets a docs page that loads nothing from elsewhere', async () => {
    const { text, headers } = await service.get('/docs');
    expect(headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(text).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  });
});
