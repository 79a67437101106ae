import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KeyRing } from '../src/identity/index.js';
import { LedgerService } from '../src/ledger/index.js';
import { booked } from './support/booked.js';
import { TestService } from './support/test-service.js';

const run = promisify(execFile);

describe('the command line', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start();
    const ledger = service.app.get(LedgerService);
    await service.post('/chat', { message: 'One', user_id: 'ada' });
    await service.post('/chat', { message: 'Two', user_id: 'ada', model: 'claude-haiku-4-5' });
    await service.post('/chat', { message: 'Three', user_id: 'eve', model: 'claude-unknown' });
    // As if the catalogue had come to know the model later.
    await ledger.book(
      booked({ model: 'claude-opus-4-5', draft: { provider: 'anthropic' }, input: 1_000 }),
    );
  });
  afterAll(() => service.stop());

  async function spanledger(...args: string[]): Promise<string> {
    const env = { ...process.env, SPANLEDGER_URL: service.url, NODE_OPTIONS: '' };
    const { stdout } = await run(process.execPath, ['dist/cli/main.js', ...args], { env });
    return stdout;
  }

  it('prints usage as a table with bars, and says what is in no amount', async () => {
    const text = await spanledger('usage', '--by', 'user,model');
    const [head, dearest] = text.split('\n');
    expect(head).toMatch(/^user +model +calls +input +output +USD$/);
    expect(dearest).toMatch(/^ada +claude-sonnet-5 +1 +\d+ +\d+ +0\.\d+ +█{30}$/);
    expect(text).toMatch(/^eve +claude-unknown +1 +\d+ +\d+ +unknown$/m);
    expect(text).toMatch(/^4 calls, ≥ 0\.\d+ USD$/m);
    expect(text).toMatch(/^ {2}2 without a price/m);
  });

  it('prints the same as the service answers, as JSON and as CSV', async () => {
    const { body } = await service.get('/usage?group_by=user');
    expect(JSON.parse(await spanledger('usage', '--by', 'user', '--json'))).toEqual(body);
    expect(await spanledger('usage', '--by', 'user', '--csv')).toMatch(/^user,calls,cost_usd,/);
  });

  it('chooses calls by options', async () => {
    const text = await spanledger('usage', '--user', 'ada', 'eve', '--bucket', 'month');
    expect(text).toMatch(/^3 calls/m);
    expect(await spanledger('usage', '--workflow-type', 'none')).toBe('No calls.\n');
  });

  it('prints the prices of models in use, and of one', async () => {
    expect(await spanledger('prices')).toMatch(/^anthropic +claude-unknown .* unpriced: no price/m);
    expect(await spanledger('prices', 'claude-sonnet-4-5')).toMatch(/ 3 +15 +0\.3 /);
  });

  it('re-prices: at first only to look at, then for good', async () => {
    const dry = await spanledger('reprice', '--model', 'claude-opus-4-5');
    expect(dry).toMatch(/^1 of 1 entries would change: 0 USD before, 0\.005 after, 0\.005 more$/m);
    expect(dry).toMatch(/--apply books it/);
    const done = await spanledger('reprice', '--model', 'claude-opus-4-5', '--apply');
    expect(done).toMatch(/^1 of 1 entries changed/);
    expect(await spanledger('reprice')).toMatch(/^0 of 4 entries would change/);
  });

  it('makes, lists and revokes keys; the key of the environment is shown to the service', async () => {
    const made = await spanledger('keys', 'create', 'Ada', '--role', 'admin');
    const [key = ''] = made.split('\n');
    const id = /This is (key_\w+)/.exec(made)?.[1] ?? '';
    await expect(spanledger('keys', 'list')).rejects.toMatchObject({
      stderr: expect.stringContaining('needs an API key'),
    });
    process.env.SPANLEDGER_API_KEY = key;
    expect(await spanledger('keys', 'list')).toMatch(new RegExp(`^${id} +Ada +admin`, 'm'));
    expect(await spanledger('keys', 'revoke', id)).toContain('revoked');
    await expect(spanledger('keys', 'list')).rejects.toMatchObject({ code: 1 });
    delete process.env.SPANLEDGER_API_KEY;
    await service.query('DELETE FROM api_key');
    await service.app.get(KeyRing).update();
  });

  it('fails with the words of the service, and says when there is none', async () => {
    await expect(spanledger('usage', '--by', 'colour')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/wrong field: group_by[^]*group_by\.0: /),
    });
    await expect(spanledger('--url', 'http://127.0.0.1:1', 'usage')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('No service answers at http://127.0.0.1:1'),
    });
  });
});
