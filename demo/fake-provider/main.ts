import { parseArgs } from 'node:util';
import { startFakeProvider } from './index.ts';

const HELP = `node demo/fake-provider/main.ts [options]

  --host 127.0.0.1 where to listen; 0.0.0.0 is everywhere
  --port 9999
  --seed 1         same seed, same requests, same answers
  --latency 0      milliseconds until it answers; 200-800 is a range

  --words n        length of each answer
  --chunk-delay 0  milliseconds before each event of a stream

Then start the service with ANTHROPIC_BASE_URL=http://127.0.0.1:9999 ANTHROPIC_API_KEY=any, and
OPENAI_BASE_URL=http://127.0.0.1:9999/v1 OPENAI_API_KEY=any.
Faults are switched on by PUT /__fake/faults {"kind":"status","status":529,"times":3} and off by DELETE.`;

const { values } = parseArgs({
  options: {
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '9999' },
    seed: { type: 'string', default: '1' },
    latency: { type: 'string', default: '0' },
    words: { type: 'string' },
    'chunk-delay': { type: 'string', default: '0' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(HELP);
} else {
  const [low = 0, high] = values.latency.split('-').map(Number);
  const provider = await startFakeProvider({
    host: values.host,
    port: Number(values.port),
    seed: Number(values.seed),
    latencyMs: high === undefined ? low : [low, high],
    words: values.words === undefined ? undefined : Number(values.words),
    chunkDelayMs: Number(values['chunk-delay']),
    journal: 100,
  });
  console.log(`Fake provider on ${provider.url}`);
}
