import { describe, expect, it } from 'vitest';
import { ConfigError, loadConfig } from './load-config.js';

describe('loadConfig', () => {
  it('starts with nothing set: embedded database, loopback, port 8000', () => {
    const config = loadConfig({});
    expect(config.http).toEqual({
      host: '127.0.0.1',
      port: 8000,
      publishAddress: undefined,
      allowAnonymous: false,
      trustProxy: false,
      openMetrics: true,
      maxInFlight: 1_000,
      bodyLimit: 1_048_576,
    });
    expect(config.apiKeys).toEqual([]);
    expect(config.database).toEqual({ url: undefined, dataDir: './data' });
    expect(config.anthropic.apiKey).toBeUndefined();
    expect(config.serviceName).toBe('spanledger');
  });

  it('reads what is set', () => {
    const config = loadConfig({
      PORT: '9000',
      DATABASE_URL: 'postgres://u:p@db:5432/ledger',
      ANTHROPIC_API_KEY: ' key ',
      DEFAULT_MODEL: 'claude-sonnet-4-5-20250929',
      LLM_MAX_RETRIES: '0',
    });
    expect(config.http.port).toBe(9000);
    expect(config.database.url).toBe('postgres://u:p@db:5432/ledger');
    expect(config.anthropic.apiKey).toBe('key');
    expect(config.llm).toMatchObject({ defaultModel: 'claude-sonnet-4-5-20250929', maxRetries: 0 });
  });

  it('reads API keys, each with its name and role', () => {
    const key = 'a1-'.repeat(11);
    expect(loadConfig({ API_KEYS: `ops:admin:${key}, web:user:${key}b` }).apiKeys).toEqual([
      { name: 'ops', role: 'admin', key },
      { name: 'web', role: 'user', key: `${key}b` },
    ]);
  });

  it.each([
    ['no role', `ops:${'k'.repeat(32)}`],
    ['another role', `ops:root:${'k'.repeat(32)}`],
    ['a short key', 'ops:admin:short'],
    ['a name twice', `ops:admin:${'k'.repeat(32)},ops:user:${'l'.repeat(32)}`],
    ['an empty one', `ops:admin:${'k'.repeat(32)},`],
  ])('refuses API keys with %s, and repeats none', (_, keys) => {
    expect(() => loadConfig({ API_KEYS: keys })).toThrow(
      /^Wrong configuration:\n {2}API_KEYS: must be/,
    );
    expect(() => loadConfig({ API_KEYS: keys })).not.toThrow(/kkkk/);
  });

  it('treats an empty variable as unset', () => {
    expect(loadConfig({ PORT: '', DATABASE_URL: '' }).http.port).toBe(8000);
  });

  it('names every wrong variable at once', () => {
    const wrong = { PORT: '99999', DATABASE_URL: 'mysql://x', DEFAULT_MODEL: 'not a model' };
    expect(() => loadConfig(wrong)).toThrow(ConfigError);
    try {
      loadConfig(wrong);
    } catch (error) {
      const { faults } = error as ConfigError;
      expect(faults.map((fault) => fault.split(':')[0])).toEqual([
        'PORT',
        'DATABASE_URL',
        'DEFAULT_MODEL',
      ]);
    }
  });

  it('never repeats a value: it may be a secret', () => {
    try {
      loadConfig({ DATABASE_URL: 'mysql://user:hunter2@db' });
      expect.unreachable();
    } catch (error) {
      expect(String(error)).not.toContain('hunter2');
    }
  });

  it('is frozen to the last field', () => {
    const config = loadConfig({});
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.http)).toBe(true);
  });
});
