import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { freshDatabase } from './support/database.js';
import { HttpClient } from './support/http.js';
import { freePort } from './support/service-process.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The demo, as `npm run demo` starts it. */
async function startDemo(signalGroup: boolean) {
  const database = await freshDatabase();
  const port = await freePort();
  const child = spawn(process.execPath, ['demo/main.ts', '--rate', '20'], {
    cwd: ROOT,
    detached: signalGroup,
    env: { ...process.env, ...database.env, PORT: String(port), TEST_DATABASE_URL: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  await expect.poll(() => output, { timeout: 25_000, interval: 100 }).toContain('Ctrl-C');
  return {
    child,
    service: new HttpClient(`http://127.0.0.1:${port}`),
    database,
    read: () => output,
  };
}

describe('npm run demo', () => {
  it.each([
    ['by SIGTERM to itself', false],
    ['by Ctrl-C, which reaches its children as well', true],
  ])(
    'shows URLs and traffic, and is stopped %s with nothing left',
    async (_, wholeGroup) => {
      const { child, service, database, read } = await startDemo(wholeGroup);
      await expect
        .poll(
          () =>
            service
              .get<{ total: { calls: number } }>('/usage')
              .then(({ body }) => body.total.calls),
          {
            timeout: 15_000,
          },
        )
        .toBeGreaterThan(5);
      const usage = await service.get<{ groups: unknown[] }>('/usage?group_by=workflow_type');
      expect(usage.body.groups.length).toBeGreaterThan(0);

      if (wholeGroup) process.kill(-Number(child.pid), 'SIGINT');
      else child.kill('SIGTERM');
      await once(child, 'close');
      expect(child.exitCode).toBe(0);
      expect(read()).toMatch(
        /Stopped\. requests \d+ {2}tokens \d+ {2}USD \d+\.\d+ {2}refused \d+ {2}errors 0/,
      );
      await expect(service.get('/health')).rejects.toThrow();
      await database.drop();
    },
    60_000,
  );

  it('says so when the port is taken', async () => {
    const port = await freePort();
    const { createServer } = await import('node:net');
    const holder = createServer().listen(port, '127.0.0.1');
    await once(holder, 'listening');
    const child = spawn(process.execPath, ['demo/main.ts'], {
      cwd: ROOT,
      env: { ...process.env, PORT: String(port) },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let output = '';
    child.stderr.on('data', (chunk) => (output += chunk));
    await once(child, 'close');
    holder.close();
    expect(child.exitCode).toBe(1);
    expect(output).toContain(`Port ${port} is taken`);
  });
});
