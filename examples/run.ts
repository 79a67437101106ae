import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startFakeProvider } from '../demo/fake-provider/index.ts';

/*
 * npm run example -- <name>
 *
 * Runs one example, or `all`: with your own key (ANTHROPIC_API_KEY, OPENAI_API_KEY) against the
 * real provider, else against a fake one on this machine.
 */

const folder = new URL('dist/', import.meta.url);
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.js') && file !== 'telemetry.js')
  .map((file) => file.slice(0, -'.js'.length));

const [name = ''] = parseArgs({ allowPositionals: true }).positionals;
const chosen = name === 'all' ? names : names.filter((known) => known === name);
if (chosen.length === 0) {
  console.error(`Say which example to run: ${names.join(', ')}, or all`);
  process.exit(2);
}

const provider = await startFakeProvider();
const fake = (vendor: string, path: string) =>
  process.env[`${vendor}_API_KEY`]
    ? {}
    : { [`${vendor}_API_KEY`]: 'fake', [`${vendor}_BASE_URL`]: `${provider.url}${path}` };
const env = { ...process.env, ...fake('ANTHROPIC', ''), ...fake('OPENAI', '/v1') };
try {
  for (const each of chosen) {
    if (chosen.length > 1) console.log(`\n== ${each}`);
    const example = spawn(process.execPath, [`${each}.js`], { cwd: folder, env, stdio: 'inherit' });
    const [code] = (await once(example, 'exit')) as [number | null];
    if (code !== 0) throw new Error(`The example ${each} ended with ${code}`);
  }
} finally {
  await provider.close();
}
