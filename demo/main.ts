import { createServer } from 'node:net';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { startFakeProvider } from './fake-provider/index.ts';
import { ServiceChild, StartError } from './service-child.ts';
import { startTraffic } from './traffic/index.ts';

const HELP = `npm run demo -- [options]

Starts a fake provider, the service on its embedded database, and some traffic. Needs nothing else.

  --rate 4         requests a second
  --duration 60    stop by itself after so many seconds
  PORT=8000        where the service listens`;

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '4' },
    duration: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(HELP);
} else {
  try {
    await demo(
      Number(values.rate),
      values.duration === undefined ? undefined : Number(values.duration),
    );
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

async function demo(ratePerSecond: number, seconds: number | undefined): Promise<void> {
  const stopped = stopSignal(seconds);
  const port = Number(process.env.PORT || 8000);
  await refuseTakenPort(port);
  const url = `http://127.0.0.1:${port}`;
  const log = 'data/demo/service.log';
  const provider = await startFakeProvider({ latencyMs: [150, 900], journal: 100 });
  try {
    console.log('Starting the service …');
    const service = await ServiceChild.start(
      {
        DATA_DIR: 'data/demo/ledger',
        ...process.env,
        HOST: '127.0.0.1',
        PORT: String(port),
        ANTHROPIC_API_KEY: 'demo-key',
        ANTHROPIC_BASE_URL: provider.url,
        OPENAI_API_KEY: 'demo-key',
        OPENAI_BASE_URL: `${provider.url}/v1`,
      },
      url,
      log,
    );
    console.log(`
  API            ${url}
  Swagger UI     ${url}/docs
  Usage          ${url}/usage
  Conversations  ${url}/conversation
  Metrics        ${url}/metrics
  Fake provider  ${provider.url}
  Log            ${log}

  Ctrl-C stops everything.
`);
    const traffic = startTraffic({ baseUrl: url, ratePerSecond });
    const show = liveLine(() => traffic.stats.line());
    const watch = setInterval(() => service.ended && stopped.now(), 500);
    await stopped.promise;
    clearInterval(watch);
    show.end();
    const failed = service.ended;
    await traffic.stop();
    await service.stop();
    console.log(`Stopped. ${traffic.stats.line()}`);
    if (failed) throw new StartError(`The service ended by itself:\n${service.tail()}`);
  } finally {
    await provider.close();
  }
}

/** Resolves on Ctrl-C, SIGTERM, after the given time, or when told to. */
function stopSignal(seconds: number | undefined) {
  const { promise, resolve } = Promise.withResolvers<void>();
  process.on('SIGINT', () => resolve());
  process.on('SIGTERM', () => resolve());
  if (seconds !== undefined) setTimeout(resolve, seconds * 1000);
  return { promise, now: () => resolve() };
}

/** One line that is written over on a terminal; elsewhere a line now and then. */
function liveLine(line: () => string) {
  const terminal = process.stdout.isTTY;
  const timer = setInterval(
    () => process.stdout.write(terminal ? `\r\u001b[K${line()}` : `${line()}\n`),
    terminal ? 1_000 : 5_000,
  );
  return {
    end: () => {
      clearInterval(timer);
      if (terminal) process.stdout.write('\r\u001b[K');
    },
  };
}

async function refuseTakenPort(port: number): Promise<void> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch {
    throw new StartError(`Port ${port} is taken. Choose another: PORT=8001 npm run demo`);
  } finally {
    server.close();
  }
}
