import { fork } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Recorder, install } from './recorder.mjs';
import { startFakeProvider } from './fake-provider.mjs';

/*
 * npm run record [source...]
 *
 * Runs each file of `sources/` in a process of its own (instrumentations patch what they load) and
 * writes what its spans were to `golden/`.
 */

const require = createRequire(import.meta.url);
const here = (path) => new URL(path, import.meta.url);

function versionOf(name) {
  try {
    return require(`./node_modules/${name}/package.json`).version;
  } catch {
    return undefined;
  }
}

async function recordOne(name) {
  const recorder = new Recorder();
  const providers = install(recorder);
  const fake = await startFakeProvider();
  const source = await import(`./sources/${name}.mjs`);
  await source.run({ url: fake.url, ...providers });
  await new Promise((resolve) => setTimeout(resolve, 50));
  const packages = Object.fromEntries(source.packages.map((p) => [p, versionOf(p)]));
  const golden = { source: source.title, packages, ...recorder.golden() };
  writeFileSync(here(`golden/${name}.json`), `${JSON.stringify(golden, null, 1)}\n`);
  process.stdout.write(`${name}: ${golden.spans.length} spans, ${golden.logs?.length ?? 0} logs\n`);
  await fake.close();
  process.exit(0);
}

const [asked, ...others] = process.argv.slice(2);
if (process.send) {
  await recordOne(asked);
} else {
  const all = readdirSync(here('sources')).map((file) => file.replace('.mjs', ''));
  for (const name of asked ? [asked, ...others] : all) {
    const child = fork(new URL(import.meta.url), [name]);
    const code = await new Promise((resolve) => child.on('exit', resolve));
    if (code !== 0) process.exitCode = 1;
  }
}
