import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startFakeProvider } from '../../demo/fake-provider/index.ts';
import manifest from '../../package.json' with { type: 'json' };

/*
 * Packs the package as npm would publish it, installs it into a fresh Nest application, and calls
 * a model there: from an ES module and from CommonJS. `node test/package/check.ts`
 */

/** A registry that does not answer must not hold the check for ever. */
const INSTALL_MS = 240_000;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * A small Nest application, the same in both module systems: decorators are applied by hand, since
 * neither has their syntax. It prints what the processor told of its call.
 */
const PROGRAM = `
const decorate = (decorator, type, method) => {
  const descriptor = Object.getOwnPropertyDescriptor(type.prototype, method);
  decorator(type.prototype, method, descriptor);
  Object.defineProperty(type.prototype, method, descriptor);
};

class Shop {
  constructor(tracing) {
    this.tracing = tracing;
    this.client = new Anthropic({ apiKey: 'test', baseURL: process.env.BASE_URL });
  }
  async answer(message) {
    this.tracing.prompt({ template: 'Hello' });
    return this.client.messages.create({
      model: 'claude-sonnet-5', max_tokens: 50, messages: [{ role: 'user', content: message }],
    });
  }
}
decorate(Workflow(() => ({ type: 'greeting' })), Shop, 'answer');
Inject(TracingService)(Shop, undefined, 0);
Injectable()(Shop);

const told = {};
class AppModule {}
Module({
  imports: [SpanledgerModule.forRoot({
    install: {
      onInference: ({ cost, scope }) => Object.assign(told, { cost: formatUsd(cost.total), scope }),
      spanProcessors: [{
        onStart() {},
        onEnd: ({ name, attributes }) => (told.spans = { ...told.spans, [name]: attributes }),
        forceFlush: async () => {},
        shutdown: async () => {},
      }],
    },
  })],
  providers: [Shop],
})(AppModule);

NestFactory.createApplicationContext(AppModule, { logger: false }).then(async (app) => {
  const ledger = await openLedger({ dataDir: './data-' + process.pid });
  await withConversation({ id: 'conv_1' }, () => app.get(Shop).answer('Hello'));
  await app.close();
  while ((await ledger.usage()).total.calls === 0) await new Promise((go) => setTimeout(go, 10));
  told.booked = (await ledger.usage({ conversation: 'conv_1' })).total.cost_usd;
  await ledger.close();
  console.log(JSON.stringify(told));
});
`;
const NAMES = {
  '@anthropic-ai/sdk': 'Anthropic',
  '@nestjs/common': '{ Inject, Injectable, Module }',
  '@nestjs/core': '{ NestFactory }',
  spanledger: '{ SpanledgerModule, TracingService, Workflow }',
  'spanledger/genai': '{ formatUsd, withConversation }',
  'spanledger/ledger': '{ openLedger }',
};
const lines = (line: (name: string, names: string) => string) =>
  ['reflect-metadata', ...Object.keys(NAMES)]
    .map((name) => line(name, NAMES[name as keyof typeof NAMES] ?? ''))
    .join('\n');
const APPS = {
  'esm.mjs':
    lines((name, names) => (names ? `import ${names} from '${name}';` : `import '${name}';`)) +
    PROGRAM,
  'commonjs.cjs':
    lines((name, names) =>
      names ? `const ${names} = require('${name}');` : `require('${name}');`,
    ) + PROGRAM,
};

/** What an application prints of its one call. */
interface Told {
  readonly cost?: string;
  /** What the ledger says of the conversation. */
  readonly booked?: string;
  readonly scope?: { readonly conversation?: { readonly id: string } };
  /** Attributes of all spans by name. */
  readonly spans?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

function check(file: string, stdout: string): void {
  const { cost, booked, scope, spans = {} } = JSON.parse(stdout) as Told;
  const call = spans['anthropic.messages.create'];
  const root = spans['invoke_workflow greeting'];
  const faults = [
    !(Number(cost) > 0) && 'the call was not priced',
    booked !== cost && 'the ledger has another cost',
    scope?.conversation?.id !== 'conv_1' && 'the call is not in its conversation',
    call?.['gen_ai.usage.cost_usd'] !== Number(cost) && 'the span of the call has no cost',
    call?.['workflow.type'] !== 'greeting' && 'the span of the call is not in the workflow',
    root?.['workflow.total_cost_usd'] !== Number(cost) && 'the workflow has no total',
    !root?.['gen_ai.prompt.hash'] && 'TracingService wrote nothing',
  ].filter(Boolean);
  if (faults.length > 0) throw new Error(`${file}: ${faults.join('; ')}\n${stdout}`);
  console.log(`${file}: a Nest application, a call for ${cost} USD, spans with cost and scope`);
}

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
    check(file, stdout);
  }
} finally {
  await provider.close();
  rmSync(folder, { recursive: true, force: true });
}
