import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresInstalled } from '../support/postgres-binaries.js';
import { Scene } from './scene.ts';
import { endSessions, takeConnections } from './sessions.ts';
import { FaultTable } from './table.ts';

describe.runIf(postgresInstalled())('under load, three workers on PostgreSQL', () => {
  let scene: Scene;
  const table = new FaultTable();

  beforeAll(async () => {
    scene = await Scene.set();
  }, 120_000);
  afterAll(async () => {
    table.print();
    await scene.strike();
  }, 60_000);

  /** Each fault: what is done, and which answers may come of it. */
  function strikes(name: string, allowed: readonly string[], fault: () => Promise<void>) {
    it(
      name,
      async () => {
        const load = await scene.under(fault);
        table.add(name, load, await scene.lost());
        const others = [...load.statuses.keys()].filter((status) => !allowed.includes(status));
        if (others.length > 0) process.stdout.write(`${name}: ${scene.errors}\n`);
        expect(others).toEqual([]);
        expect(load.statuses.get('200')).toBeGreaterThan(20);
      },
      120_000,
    );
  }

  strikes('nothing', ['200'], async () => {});

  strikes('`kill -9` of a worker', ['200', 'no answer', 'error event'], async () => {
    process.kill(scene.workers[0]!, 'SIGKILL');
    await sleep(1_000);
  });

  strikes('`kill -9` of the supervisor', ['200', 'no answer', 'error event'], async () => {
    scene.service.child.kill('SIGKILL');
    await sleep(1_000);
    await scene.startAgain();
  });

  strikes('PostgreSQL stopped for 10 s', ['200', '503', 'error event'], async () => {
    await scene.postgres.kill9();
    await sleep(10_000);
    await scene.postgres.restart();
  });

  strikes('PostgreSQL 200 ms slower each way', ['200', '503', 'error event'], async () => {
    scene.wire.delayMs = 200;
    await sleep(6_000);
    scene.wire.delayMs = 0;
  });

  strikes(
    'PostgreSQL vanishes from the network for 10 s',
    ['200', '503', 'error event'],
    async () => {
      scene.wire.dead = true;
      await sleep(10_000);
      scene.wire.dead = false;
      scene.wire.cut();
    },
  );

  strikes(
    'all connections of PostgreSQL taken for 5 s',
    ['200', '503', 'error event'],
    async () => {
      const taken = await takeConnections(scene.databaseUrl);
      await sleep(5_000);
      await Promise.all(taken.map((client) => client.end()));
    },
  );

  strikes('PostgreSQL ends sessions, for 5 s', ['200', '503', 'error event'], async () => {
    await endSessions(scene.databaseUrl, 5_000);
  });

  strikes('the OTLP receiver answers 503', ['200'], async () => {
    scene.receiver.behaviour = 503;
    await sleep(2_500);
    scene.receiver.behaviour = 200;
  });

  strikes('the OTLP receiver hangs', ['200'], async () => {
    scene.receiver.behaviour = 'hang';
    await sleep(2_500);
    scene.receiver.behaviour = 200;
  });

  strikes('the clock jumps 2 h ahead, then 1 h behind', ['200'], async () => {
    for (let jump = 0; jump < 2; jump += 1) {
      for (const pid of scene.workers) process.kill(pid, 'SIGUSR2');
      await sleep(2_000);
    }
    for (const pid of scene.workers) process.kill(pid, 'SIGUSR2');
  });

  strikes('the OTLP receiver is gone', ['200'], async () => {
    await scene.receiver.stop();
    await sleep(2_500);
  });

  it('leaves no money held and no span kept', () => scene.leavesNothing(), 200_000);
});
