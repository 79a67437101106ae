import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** They start their own PostgreSQL, or have nothing to do with a database: once is enough. */
const NOT_AGAIN = [
  'workers',
  'outage',
  'database-postgres',
  'demo',
  'examples',
  'metrics',
  'tracing',
  'stream-tracing',
  'back-pressure',
  'lifecycle',
];
const onPostgres = process.env.TEST_DATABASE === 'postgres';

export default defineConfig({
  test: {
    // The services under test are processes of their own, for which much of a test only waits.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.spec.ts', 'demo/**/*.spec.ts'],
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/*.e2e-spec.ts'],
          exclude: onPostgres ? NOT_AGAIN.map((name) => `test/${name}.e2e-spec.ts`) : [],
          globalSetup: ['test/support/global-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'faults',
          include: ['test/faults/*.spec.ts'],
          // Each has the machine to itself.
          fileParallelism: false,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'stack',
          include: ['test/stack/**/*.spec.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
