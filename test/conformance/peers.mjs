import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { SpanStatusCode, context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { withSpan } from '@arizeai/openinference-core';
import { observe as langfuseObserve } from '@langfuse/tracing';
import { createRequire } from 'node:module';

/*
 * npm run peers
 *
 * What each library's function wrapper makes of functions of every kind. Prints one table; Spanledger
 * takes part when it is built (`npm run build` at the root).
 */

const { withWorkflow } = createRequire(import.meta.url)('@traceloop/node-server-sdk');

const WRAPPERS = {
  Langfuse: (fn) => langfuseObserve(fn, { name: 'observed' }),
  OpenInference: (fn) => withSpan(fn, { name: 'observed', kind: 'CHAIN' }),
  Traceloop: (fn) =>
    function (...args) {
      return withWorkflow({ name: 'observed' }, fn, ...args);
    },
};
const built = new URL('../../dist/genai/index.js', import.meta.url);
if (existsSync(built)) {
  const { observe } = await import(built);
  if (observe) WRAPPERS.Spanledger = (fn) => observe({ name: 'observed', kind: 'chain' }, fn);
}

let spans = [];
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
trace.setGlobalTracerProvider(
  new TracerProvider({
    spanProcessors: [
      {
        onStart: (span) => spans.push({ span, ends: 0 }),
        onEnd: (span) => {
          const entry = spans.find((each) => each.span === span);
          entry.ends += 1;
          entry.endedAt = performance.now();
        },
        forceFlush: async () => {},
        shutdown: async () => {},
      },
    ],
  }),
);
const tracer = trace.getTracer('child');
const child = () => tracer.startSpan('child').end();

/** The wrapper's own span: not the child that a function starts. */
const own = () => spans.filter(({ span }) => span.name !== 'child');
const childIsInside = () => {
  const inner = spans.find(({ span }) => span.name === 'child');
  return own().some(
    ({ span }) => span.spanContext().spanId === inner?.span.parentSpanContext?.spanId,
  );
};

function verdict({ lastValueAt, error, needsChild = false }) {
  const [entry] = own();
  if (!entry) return 'no span';
  if (entry.ends === 0) return 'never ends';
  if (entry.ends > 1) return `ends ${entry.ends} times`;
  if (lastValueAt !== undefined && entry.endedAt < lastValueAt) return 'ends early';
  if (needsChild && !childIsInside()) return 'child orphaned';
  const { code } = entry.span.status;
  if (error === 'error' && code !== SpanStatusCode.ERROR) return 'status unset';
  if (error === 'cancelled' && code === SpanStatusCode.ERROR) return 'marked as error';
  return 'ok';
}

async function* words() {
  for (const word of ['one', 'two', 'three']) {
    await sleep(5);
    child();
    yield word;
  }
}
const boom = new Error('boom');

/** Each gives what is wrong, or `ok`. */
const BEHAVIOURS = {
  'sync function stays sync': (wrap) => {
    const result = wrap(() => 4)();
    return result === 4 ? verdict({}) : 'becomes a promise';
  },
  'sync throw': async (wrap) => {
    try {
      await wrap(() => {
        throw boom;
      })();
      return 'swallowed';
    } catch (error) {
      return error === boom ? verdict({ error: 'error' }) : 'another error';
    }
  },
  'async function': async (wrap) => {
    await wrap(async () => {
      await sleep(5);
      child();
    })();
    return verdict({ needsChild: true });
  },
  'async throw': async (wrap) => {
    try {
      await wrap(async () => {
        throw boom;
      })();
      return 'swallowed';
    } catch (error) {
      return error === boom ? verdict({ error: 'error' }) : 'another error';
    }
  },
  'abort is not an error': async (wrap) => {
    const controller = new AbortController();
    const wait = wrap((signal) => sleep(1000, undefined, { signal }));
    const waiting = wait(controller.signal);
    controller.abort();
    await waiting.catch(() => undefined);
    return verdict({ error: 'cancelled' });
  },
  generator: async (wrap) => {
    const numbers = await wrap(function* () {
      child();
      yield 1;
      yield 2;
    })();
    let lastValueAt;
    for (const _ of numbers) lastValueAt = performance.now();
    return verdict({ lastValueAt, needsChild: true });
  },
  'async generator': async (wrap) => {
    let lastValueAt;
    for await (const _ of await wrap(words)()) lastValueAt = performance.now();
    return verdict({ lastValueAt, needsChild: true });
  },
  'async generator left early': async (wrap) => {
    let lastValueAt;
    for await (const _ of await wrap(words)()) {
      lastValueAt = performance.now();
      break;
    }
    return verdict({ lastValueAt, needsChild: true });
  },
  'async generator that throws': async (wrap) => {
    const failing = wrap(async function* () {
      yield 1;
      await sleep(5);
      throw boom;
    });
    try {
      for await (const _ of await failing());
      return 'swallowed';
    } catch (error) {
      return error === boom ? verdict({ error: 'error' }) : 'another error';
    }
  },
  'web stream': async (wrap) => {
    let lastValueAt;
    const stream = await wrap(() => ReadableStream.from(words()))();
    for await (const _ of stream) lastValueAt = performance.now();
    await sleep(1);
    return verdict({ lastValueAt });
  },
  'name and length survive': (wrap) => {
    const wrapped = wrap(function add(a, b) {
      return a + b;
    });
    return wrapped.name === 'add' && wrapped.length === 2
      ? 'ok'
      : `${wrapped.name}/${wrapped.length}`;
  },
};

const libraries = Object.keys(WRAPPERS);
const lines = [
  ['', ...libraries],
  ['---', ...libraries.map(() => '---')],
];
for (const [behaviour, run] of Object.entries(BEHAVIOURS)) {
  const cells = [];
  for (const library of libraries) {
    spans = [];
    try {
      cells.push(await run(WRAPPERS[library]));
    } catch (error) {
      cells.push(`fails: ${error.message.slice(0, 40)}`);
    }
  }
  lines.push([behaviour, ...cells]);
}
process.stdout.write(lines.map((cells) => `| ${cells.join(' | ')} |\n`).join(''));
// Ours is held to it; the last column is its own.
const ours = libraries.includes('Spanledger') ? lines.slice(2).map((cells) => cells.at(-1)) : [];
process.exit(ours.every((cell) => cell === 'ok') ? 0 : 1);
