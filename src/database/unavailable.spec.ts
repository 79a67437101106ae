import type { Socket } from 'node:net';
import { DataSource, type EntityManager } from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { isConnectionLoss, isUnavailable } from './database-errors.js';
import { databaseOptions } from './database-options.js';
import { DatabaseService } from './database.service.js';
import { complaint, done, FakePostgres } from './testing/fake-postgres.js';

const LIMIT_MS = 200;
let server: FakePostgres;
let database: DataSource;

beforeAll(async () => {
  server = await FakePostgres.start();
});
afterEach(async () => {
  server.mend();
  server.cut();
  if (database.isInitialized) await database.destroy();
});
afterAll(() => server.stop());

/** One connection, and little patience. */
async function open(url = server.url): Promise<void> {
  const settings = { url, dataDir: 'unused', poolSize: 1, connectTimeoutMs: LIMIT_MS };
  const options = databaseOptions(settings);
  const extra = { ...options.extra, query_timeout: LIMIT_MS };
  database = new DataSource({ ...options, migrations: [], extra });
  await database.initialize();
}

const ask = () => database.query('SELECT 1');
const transaction = (work: (tx: EntityManager) => Promise<unknown>) =>
  new DatabaseService(database).transaction(work);

function faultOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => 'none',
    (error: unknown) => error,
  );
}

async function isToldSo(work: Promise<unknown>): Promise<void> {
  const fault = await faultOf(work);
  expect(isUnavailable(fault), String(fault)).toBe(true);
}

/** The one connection is not left in a state that its next user would suffer from. */
async function goesOn(): Promise<void> {
  server.mend();
  const begun = performance.now();
  await ask();
  expect(performance.now() - begun).toBeLessThan(1_000);
}

type Act = (socket: Socket) => void;
const says = (word: Buffer): Act => {
  return (socket) => socket.write(word);
};
const saysAtLast = (word: Buffer | string): Act => {
  return (socket) => socket.end(word);
};
const fails = (code: string): Act => says(Buffer.concat([complaint('ERROR', code), done('E')]));
const ends: Act = (socket) => socket.end();
const resets: Act = (socket) => socket.resetAndDestroy();
const isSilent: Act = () => undefined;
/** A whole message, of a type that there is not. */
const NONSENSE = Buffer.from('x\0\0\0\u0004');

it.each<readonly [string, Act]>([
  ['has no connection left', saysAtLast(complaint('FATAL', '53300'))],
  ['is still starting', saysAtLast(complaint('FATAL', '57P03'))],
  ['does not know the password for now', saysAtLast(complaint('FATAL', '28P01'))],
  ['has the database not restored yet', saysAtLast(complaint('FATAL', '3D000'))],
  ['takes no connections to the database', saysAtLast(complaint('FATAL', '55000'))],
  ['is a pooler that has no server', saysAtLast(complaint('FATAL', 'XX000'))],
  ['cannot start a process', saysAtLast('Ecould not fork new process for connection\n\0')],
  ['is a proxy that has no server', saysAtLast('HTTP/1.1 503 Service Unavailable\r\n\r\n')],
  ['is none', says(NONSENSE)],
  ['ends without a word', ends],
  ['resets the connection', resets],
  ['is silent', isSilent],
])('whoever connects to a server that %s is told that it is unavailable', async (_, greet) => {
  await open();
  server.greet = greet;
  server.answer = ends;
  await isToldSo(ask());
  await isToldSo(ask());
  await goesOn();
});

it.each<readonly [string, Act]>([
  ['is told to stop', saysAtLast(complaint('FATAL', '57P01'))],
  ['ends a session that was idle too long', saysAtLast(complaint('FATAL', '57P05'))],
  ['ends a transaction that was idle too long', saysAtLast(complaint('FATAL', '25P03'))],
  ['ends a transaction that took too long', saysAtLast(complaint('FATAL', '25P04'))],
  ['is a pooler that lost its server', saysAtLast(complaint('FATAL', 'XX000'))],
  ['ends without a word', ends],
  ['resets the connection', resets],
  ['stops the statement', fails('57014')],
  ['has no memory left', fails('53200')],
  ['cannot read its disk', fails('58030')],
  ['takes no writes', fails('25006')],
  ['does not get a lock', fails('55P03')],
  ['undoes it for the sake of another', fails('40P01')],
])('whoever waits for a server that %s is told so too', async (_, answer) => {
  await open();
  server.answer = answer;
  await isToldSo(ask());
  await goesOn();
});

it.each<readonly [string, Act]>([
  ['is silent', isSilent],
  ['answers nonsense', says(NONSENSE)],
])('whoever waits for a server that %s is told so in time', async (_, answer) => {
  await open();
  server.answer = answer;
  await isToldSo(ask());
});

it('tells values that are refused, and statements that are wrong, from all of that', async () => {
  await open();
  for (const code of ['22P02', '23505', '42P01', 'XX000']) {
    server.answer = fails(code);
    expect(isUnavailable(await faultOf(ask()))).toBe(false);
  }
});

describe('a session that ends between two statements', () => {
  const end = complaint('FATAL', '57P01');
  /** The end comes along with the answer to this statement. */
  const after = (last: string) => {
    server.answer = (socket, statement, status) => {
      socket.write(statement === last ? Buffer.concat([done(status), end]) : done(status));
    };
  };

  it.each(['START TRANSACTION', 'SELECT 1', 'SELECT 2'])('after %s', async (last) => {
    await open();
    after(last);
    const work = async (tx: EntityManager) => {
      await tx.query('SELECT 1');
      await tx.query('SELECT 2');
    };
    await isToldSo(transaction(work));
    await isToldSo(database.transaction(work));
    await goesOn();
  });

  it('before a savepoint', async () => {
    await open();
    after('SELECT 1');
    const work = async (tx: EntityManager) => {
      await tx.query('SELECT 1');
      await tx.transaction(() => Promise.resolve());
    };
    await isToldSo(transaction(work));
    await goesOn();
  });
});

it('has nobody wait a second time for a server that is silent', async () => {
  await open();
  server.answer = (socket, statement, status) => {
    if (statement !== 'SELECT 1') socket.write(done(status));
  };
  const begun = performance.now();
  await isToldSo(transaction((tx) => tx.query('SELECT 1')));
  expect(performance.now() - begun).toBeLessThan(1.8 * LIMIT_MS);
});

it('tells of a database that is closing or closed', async () => {
  await open();
  const asked = new Promise<void>((resolve) => {
    server.answer = () => resolve();
  });
  const unanswered = isToldSo(ask());
  await asked;
  const closed = database.destroy();
  await isToldSo(ask());
  await unanswered;
  server.cut();
  await closed;
  await isToldSo(ask());
});

describe('at the start', () => {
  it('waits for a Unix socket whose server is stopped', async () => {
    const fault = await faultOf(open('postgres://somebody@/fake?host=/nowhere'));
    expect(fault).toMatchObject({ code: 'ENOENT' });
    expect(isConnectionLoss(fault)).toBe(true);
  });

  it('waits for a server that cannot start a process, by TLS as well', async () => {
    server.greet = saysAtLast('Ecould not fork new process for connection\n\0');
    for (const url of [server.url, `${server.url}?ssl=true`]) {
      expect(isConnectionLoss(await faultOf(open(url)))).toBe(true);
    }
  });

  it('does not wait for a password that is wrong', async () => {
    server.greet = saysAtLast(complaint('FATAL', '28P01'));
    expect(isConnectionLoss(await faultOf(open()))).toBe(false);
  });
});
