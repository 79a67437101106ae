import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startFakeProvider } from '../../demo/fake-provider/index.ts';
import manifest from '../../package.json' with { type: 'json' };

/*
 * Packs the package as npm would publish it, installs it into a fresh application, and calls a
 * model there: from an ES module and from CommonJS. `node test/package/check.ts`
 */

/** A registry that does not answer must not hold the check for ever. */
const INSTALL_MS = 240_000;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The same program in both module systems; it prints what the processor told of its call. */
const PROGRAM = `
let record;
const telemetry = install({ onInference: (call) => (record = call) });
const client = new Anthropic({ apiKey: 'test', baseURL: process.env.BASE_URL });
const ask = () => client.messages.create({
  model: 'claude-sonnet-5', max_tokens: 50, messages: [{ role: 'user', content: 'Hello' }],
});
withConversation({ id: 'conv_1' }, ask).then(async () => {
  await telemetry.shutdown();
  console.log(JSON.stringify({ cost: formatUsd(record.cost.total), scope: record.scope }));
});
`;
const APPS = {
  'esm.mjs': `
import Anthropic from '@anthropic-ai/sdk';
import { formatUsd, install, withConversation } from 'spanledger/genai';
${PROGRAM}`,
  'commonjs.cjs': `
const Anthropic = require('@anthropic-ai/sdk');
const { formatUsd, install, withConversation } = require('spanledger/genai');
${PROGRAM}`,
};

const folder = mkdtempSync(join(tmpdir(), 'spanledger-package-'));
const provider = await startFakeProvider();
try {
  const packed = execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], {
    cwd: ROOT,
  });
  const { devDependencies: dev, dependencies } = manifest;
  const application = {
    private: true,
    dependencies: {
      spanledger: `file:${packed.toString().trim()}`,
      '@anthropic-ai/sdk': dependencies['@anthropic-ai/sdk'],
      '@nestjs/common': dev['@nestjs/common'],
      '@nestjs/core': dev['@nestjs/core'],
      '@opentelemetry/api': dev['@opentelemetry/api'],
      'reflect-metadata': dev['reflect-metadata'],
      rxjs: dev.rxjs,
    },
    allowScripts: { protobufjs: false, '@scarf/scarf': false },
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(application));
  execFileSync(
    'npm',
    ['install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'],
    {
      cwd: folder,
      timeout: INSTALL_MS,
    },
  );
  for (const [file, program] of Object.entries(APPS)) {
    writeFileSync(join(folder, file), program);
    const { stdout } = await promisify(execFile)(process.execPath, [file], {
      cwd: folder,
      env: { ...process.env, BASE_URL: provider.url },
    });
    const told = JSON.parse(stdout) as { cost: string; scope: { conversation?: { id: string } } };
    if (Number(told.cost) <= 0 || told.scope.conversation?.id !== 'conv_1') {
      throw new Error(`${file}: the call was not priced under its conversation: ${stdout}`);
    }
    console.log(`${file}: a call for ${told.cost} USD, in its conversation`);
  }
} finally {
  await provider.close();
  rmSync(folder, { recursive: true, force: true });
}
