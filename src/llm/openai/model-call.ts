import { observe } from '../../genai/observe/index.js';
import type { SignalOption } from './openai-api.js';

/** Whose span it is, and whether what is said is on it. */
export interface CalledService {
  readonly servedBy: string;
  readonly capturesContent: boolean;
}

type Call = (body: object, options: SignalOption) => PromiseLike<unknown>;

/**
 * A method of OpenAI's SDK with the one span that the conventions want for a call: the SDK makes
 * none. Where an instrumentation has wrapped the method, its span is the one.
 */
export function modelCall<Name extends string>(
  service: CalledService,
  owner: Readonly<Record<Name, unknown>>,
  name: Name,
): Call {
  const call: Call = (body, options) => (owner[name] as Call).call(owner, body, options);
  return isInstrumented(owner[name]) ? call : observe(spanOf(service), call);
}

/** The same for a stream: its span ends when the stream does. */
export function modelCallStream<Name extends string>(
  service: CalledService,
  owner: Readonly<Record<Name, unknown>>,
  name: Name,
): (body: object, options: SignalOption) => AsyncGenerator {
  async function* call(body: object, options: SignalOption): AsyncGenerator {
    yield* (await (owner[name] as Call).call(owner, body, options)) as AsyncIterable<unknown>;
    // The SDK ends an aborted stream in silence; the span would tell of a success.
    options.signal.throwIfAborted();
  }
  return isInstrumented(owner[name]) ? call : observe(spanOf(service), call);
}

function spanOf({ servedBy, capturesContent }: CalledService) {
  return {
    kind: 'llm',
    name: servedBy,
    provider: servedBy,
    captureInput: capturesContent,
    captureOutput: capturesContent,
  } as const;
}

/** OpenTelemetry's instrumentations mark what they wrap. */
function isInstrumented(method: unknown): boolean {
  return typeof method === 'function' && '__wrapped' in method;
}
