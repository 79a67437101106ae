import { beforeEach, describe, expect, it, vi } from 'vitest';

const resolvable = new Set<string>();

vi.mock('node:module', () => ({
  createRequire: () => {
    const load = (name: string): object => {
      if (!resolvable.has(name)) throw new Error(`Cannot find module '${name}'`);
      return {};
    };
    return Object.assign(load, { resolve: (name: string) => (load(name), `/app/${name}`) });
  },
}));

const { loadSdk } = await import('./sdk-packages.js');

describe('loadSdk', () => {
  beforeEach(() => resolvable.clear());

  it('names the package to install when the SDK is missing', () => {
    expect(() => loadSdk()).toThrow('npm install @opentelemetry/sdk-node');
  });

  it('says what to do with the older SDK line, which has no sdk-trace', () => {
    for (const name of ['sdk-node', 'core', 'resources', 'sdk-logs'])
      resolvable.add(`@opentelemetry/${name}`);
    expect(() => loadSdk()).toThrow(/SDK 3.*With SDK 2, give a SpanledgerSpanProcessor/);
  });
});
