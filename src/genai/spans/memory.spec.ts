import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { CALL, TraceKit, USAGE } from './testing/trace-kit.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Whether what `make` gives is collected once nobody but the processor could hold it. */
async function isFreed(make: () => object): Promise<boolean> {
  const ref = new WeakRef(make());
  for (let i = 0; i < 10 && ref.deref(); i++) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    collectGarbage();
  }
  return ref.deref() === undefined;
}

describe('the memory of the processor', () => {
  it('holds no span that never ends', async () => {
    const kit = new TraceKit();
    const root = kit.start({ 'gen_ai.operation.name': 'invoke_workflow' });
    expect(await isFreed(() => kit.call({ under: root }))).toBe(true);
    expect(await isFreed(() => kit.start({}, { scope: { userId: 'ada' } }))).toBe(true);
    root.end();
  });

  it('holds no ended child of a root that lives on', async () => {
    // The kit's exporter keeps sampled spans; an unsampled one is not exported.
    const sampler = { shouldSample: () => ({ decision: 1 }), toString: () => 'record' };
    const kit = new TraceKit({ onInference: () => {} }, { sampler });
    const root = kit.start({ 'gen_ai.operation.name': 'invoke_workflow' });
    const child = (): object => {
      const span = kit.start(CALL, { under: root });
      span.setAttributes({ ...USAGE, 'gen_ai.response.id': 'msg_1' }).end();
      return span;
    };
    expect(await isFreed(child)).toBe(true);
    root.end();
  });
});
