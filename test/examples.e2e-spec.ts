import { execFile, execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { OtlpReceiver } from './support/otlp-receiver.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** A call as `examples/telemetry.ts` prints it: priced, whatever the fake provider said. */
const CALL = String.raw`: \d+ tokens in, \d+ out, \$0\.\d+ `;

/** What each example has to print; `RegExp`s are looked for in this order. */
const EXAMPLES: Record<string, readonly RegExp[]> = {
  anthropic: [new RegExp(`claude-haiku-4-5${CALL}\\| conversation conv_1 turn 1 \\| user ada`)],
  openai: [new RegExp(`gpt-4o-mini${CALL}\\| conversation conv_1 turn 1 \\| user ada`)],
  conversation: [/conv_1 turn 1/, /> My name is Ada/, /conv_1 turn 2/, /Your name is Ada/],
  rag: [new RegExp(`${CALL}\\| workflow rag \\| user ada`)],
  agents: [/\| workflow support \| agent triage/, /\| workflow support \| agent billing/],
  tools: [/\| workflow tools/, /\| workflow tools/],
  'nest-service': [/A call for \$0\.\d+ \| conversation conv_1 \| user ada/, /answer: /],
  'otlp-vendor': [/'gen_ai.usage.cost_usd': 0\.\d+/, /'gen_ai.l9.workflow.type': 'greeting'/],
};

describe('the examples', () => {
  beforeAll(() => {
    execFileSync('npx', ['tsc', '-p', 'examples'], { cwd: ROOT, stdio: 'inherit' });
  });

  const run = async (name: string, env: Record<string, string> = {}): Promise<string> => {
    const { stdout } = await promisify(execFile)(process.execPath, ['examples/run.ts', name], {
      cwd: ROOT,
      env: { ...withoutKeys(process.env), ...env },
    });
    return stdout;
  };

  it('are all tested here', () => {
    const files = readdirSync(`${ROOT}/examples`).filter((file) => file.endsWith('.ts'));
    const names = files.map((file) => file.slice(0, -'.ts'.length));
    expect(names.filter((name) => name !== 'run' && name !== 'telemetry').toSorted()).toEqual(
      Object.keys(EXAMPLES).toSorted(),
    );
  });

  it.each(Object.entries(EXAMPLES))('%s runs and says what it says', async (name, expected) => {
    let rest = await run(name);
    for (const pattern of expected) {
      const found = pattern.exec(rest);
      expect(found, `${pattern} in ${rest}`).not.toBeNull();
      rest = rest.slice((found?.index ?? 0) + (found?.[0].length ?? 0));
    }
  });

  it('send to a vendor by OTLP what they would print', async () => {
    const vendor = await OtlpReceiver.start();
    try {
      const headers = { OTEL_EXPORTER_OTLP_HEADERS: 'Authorization=Basic%20bXkta2V5' };
      await run('otlp-vendor', { ...vendor.env, ...headers });
      expect(vendor.headers.authorization).toBe('Basic bXkta2V5');
      const call = vendor.spans.find(({ attributes }) => 'gen_ai.usage.cost_usd' in attributes);
      expect(call?.attributes).toMatchObject({ 'user.id': 'ada', 'workflow.type': 'greeting' });
      expect(call?.resource['service.name']).toBe('otlp-example');
    } finally {
      await vendor.stop();
    }
  });

  it('say which there are when the name is wrong', async () => {
    await expect(run('no-such-example')).rejects.toThrow(/anthropic, conversation/);
  });
});

/** The examples of a developer with keys must not cost money in a test. */
function withoutKeys(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { ANTHROPIC_API_KEY: _, OPENAI_API_KEY: __, ...rest } = env;
  return rest;
}
