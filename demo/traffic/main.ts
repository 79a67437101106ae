import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startTraffic } from './index.ts';

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:8000' },
    rate: { type: 'string', default: '4' },
    duration: { type: 'string', default: '30' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(
    'node demo/traffic/main.ts [--url http://127.0.0.1:8000] [--rate 4] [--duration 30] [--seed 1]',
  );
} else {
  const traffic = startTraffic({
    baseUrl: values.url,
    ratePerSecond: Number(values.rate),
    seed: Number(values.seed),
  });
  await sleep(Number(values.duration) * 1000);
  await traffic.stop();
  console.log(traffic.stats.line());
}
