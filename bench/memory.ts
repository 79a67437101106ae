import { mkdtemp, rm } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import { levelOf } from '../test/faults/levels.ts';
import { startPostgres } from '../test/support/postgres-server.ts';
import { Target } from './target.ts';

/*
 * A million conversations and workflows, each with a user of its own, through the service on
 * PostgreSQL: what the process keeps in memory must not grow with them.
 */

const { values } = parseArgs({ options: { ids: { type: 'string', default: '1000000' } } });
const IDS = Number(values.ids);
const ROUNDS = 10;
/** Turns and runs cost several statements each, and more time: one id of twenty. */
const SHARES = { '/chat': 0.9, '/conversation': 0.05, '/workflow': 0.05 } as const;
type Path = keyof typeof SHARES;

const BODIES: Readonly<Record<Path, (n: string) => object>> = {
  '/chat': (id) => ({ message: 'Hello', conversation_id: id, user_id: id }),
  '/conversation': (id) => ({ message: 'Hello', conversation_id: `c${id}`, user_id: id }),
  '/workflow': (id) => ({ task: 'Count', user_id: id, metadata: { run: id } }),
};

const folder = await mkdtemp(join(tmpdir(), 'spanledger-memory-'));
const postgres = await startPostgres();
const provider = await Target.start('provider', ['bench/provider.ts'], {}, '/__fake/requests');
const service = await Target.start(
  'service',
  [
    '--import',
    './test/faults/instruments.mjs',
    '--import',
    './dist/instrumentation.js',
    'dist/main.js',
  ],
  {
    ANTHROPIC_API_KEY: 'bench',
    ANTHROPIC_BASE_URL: provider.url,
    DATABASE_URL: postgres.url,
    DATA_DIR: folder,
    FAULTS_LEVELS: folder,
  },
);
const pid = service.child.pid ?? 0;

try {
  await round(0, Math.min(20_000, IDS / 10));
  await print('warm');
  for (let n = 1; n <= ROUNDS; n += 1) {
    await round(n, IDS / ROUNDS);
    await print(((IDS / ROUNDS) * n).toLocaleString('en'));
  }
} finally {
  await service.stop();
  await provider.stop();
  await postgres.stop();
  await rm(folder, { recursive: true });
}

async function round(number: number, ids: number): Promise<void> {
  for (const path of Object.keys(SHARES) as Path[]) {
    let n = 0;
    const result = await autocannon({
      url: service.url,
      connections: 32,
      amount: Math.round(ids * SHARES[path]),
      timeout: 60,
      requests: [
        {
          path,
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          setupRequest: (request) => ({
            ...request,
            body: JSON.stringify(BODIES[path](`${number}-${n++}`)),
          }),
        },
      ],
    });
    if (result.non2xx + result.errors > 0) throw new Error(`${path}: not all were answered`);
  }
}

async function print(ids: string): Promise<void> {
  const { heapMb, descriptors } = await levelOf([pid], folder);
  const rss = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  const rssMb = Math.round(rss / 1024);
  console.log(
    `${ids.padStart(10)} ids   heap ${heapMb} MB   RSS ${rssMb} MB   files ${descriptors}`,
  );
}
