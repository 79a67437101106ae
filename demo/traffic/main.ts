import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startTraffic } from './index.ts';

const HELP = `node demo/traffic/main.ts [options]

  --url http://127.0.0.1:8000
  --rate 4         requests a second
  --duration 60    stop by itself after so many seconds; else on SIGTERM or Ctrl-C
  --seed 1         same seed, same requests`;

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:8000' },
    rate: { type: 'string', default: '4' },
    duration: { type: 'string' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(HELP);
} else {
  const traffic = startTraffic({
    baseUrl: values.url,
    ratePerSecond: Number(values.rate),
    seed: Number(values.seed),
  });
  const watch = setInterval(() => console.log(traffic.stats.line()), 60_000);
  await (values.duration === undefined ? stopSignal() : sleep(Number(values.duration) * 1000));
  clearInterval(watch);
  await traffic.stop();
  console.log(traffic.stats.line());
}

async function stopSignal(): Promise<void> {
  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
}
