import type { Claim } from '../../genai/spans/index.js';
import type { TokenUsage } from '../../genai/usage/index.js';
import type { ModelAnswer, ModelProvider, ModelRequest } from '../provider/model-provider.js';
import type { KnownAnswer } from '../provider/model-stream.js';
import { ProviderError } from '../provider/provider-error.js';
import type { AnswerSink } from './answer-sink.js';
import { estimateInput, estimateOutput } from './estimate-tokens.js';
import { Received, type StreamTiming } from './received.js';
import { StreamCut, cutReason } from './stream-cut.js';

export interface StreamRead {
  readonly provider: ModelProvider;
  readonly request: ModelRequest;
  readonly sink: AnswerSink;
  /** Told of the stream's rhythm while it comes: the call's span ends with the stream. */
  readonly claim?: Claim;
  /** Aborts when the reader leaves. */
  readonly reader: AbortSignal;
  /** Ends the provider's work: the deadline, and the reader too unless streams are drained. */
  readonly signal: AbortSignal;
}

export interface StreamedAnswer {
  readonly answer: ModelAnswer;
  /** Of a stream. */
  readonly timing?: StreamTiming;
}

/** A count after a cut may not hold up the booking for longer. */
const COUNT_MS = 3_000;

/**
 * Reads a provider's answer to its end and hands it on, no faster than it is taken.
 *
 * @throws {ProviderError} when it fails before it has begun
 * @throws {StreamCut} when it is cut after that
 */
export async function readStream(read: StreamRead): Promise<StreamedAnswer> {
  const { provider, request, sink, claim, reader, signal } = read;
  const stream = provider.stream(request, signal);
  const received = new Received();
  let begun = false;
  try {
    for await (const piece of stream) {
      if (!begun) sink.begin();
      begun = true;
      if (piece === '') continue;
      received.add(piece, !reader.aborted);
      if (claim) claim.timePerChunkMs = received.timePerChunkMs;
      const wait = reader.aborted ? undefined : sink.write(piece, signal);
      if (wait) await wait;
    }
  } catch (error) {
    if (!begun) throw error;
    throw await cut(read, stream.known, received, toProviderError(error, provider));
  }
  if (received.incomplete) {
    throw await cut(read, stream.known, received, toProviderError(reader.reason, provider));
  }
  const { known } = stream;
  const { text, timing } = received;
  const usage = await usageOf(read, known, received, 'the stream told no final usage');
  const { responseId = '', responseModel = request.model, finishReason, serviceTier } = known;
  const answer = { text, responseId, responseModel, finishReason, serviceTier, usage };
  return { answer, timing };
}

/** What is not the provider's failure is the reader's: nobody took the answer any more. */
function toProviderError(error: unknown, { name }: ModelProvider): ProviderError {
  if (error instanceof ProviderError) return error;
  return new ProviderError({ kind: 'cancelled', provider: name, cause: error });
}

async function cut(
  read: StreamRead,
  known: KnownAnswer,
  received: Received,
  error: ProviderError,
): Promise<StreamCut> {
  // A reader who left is the reason, whatever ended the draining after that.
  const reason = read.reader.aborted ? 'reader_left' : cutReason(error.kind);
  const usage = await usageOf(read, known, received, `the stream was cut: ${reason}`);
  const { responseId, responseModel, serviceTier } = known;
  const answer = { text: received.text, responseId, responseModel, serviceTier, usage };
  return new StreamCut(reason, answer, received.timing, error);
}

/**
 * The final usage, else what is known: the input as reported or counted, the output as received.
 * Then the cost is partial, and the fault says why.
 */
async function usageOf(
  read: StreamRead,
  known: KnownAnswer,
  received: Received,
  fault: string,
): Promise<TokenUsage> {
  if (known.isCounted && known.usage) return known.usage;
  const faults = [fault, 'output is estimated'];
  const output = estimateOutput(received.pieces, received.bytes);
  if (known.usage) {
    const { usage } = known;
    const all = [...(usage.faults ?? []), ...faults];
    return { ...usage, output: Math.max(output, usage.output), faults: all, estimated: true };
  }
  const counted = await countInput(read);
  return {
    input: counted ?? estimateInput(read.request),
    cacheRead: 0,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
    output,
    reasoning: 0,
    faults: counted === undefined ? [...faults, 'input is estimated'] : faults,
    estimated: true,
  };
}

async function countInput({ provider, request }: StreamRead): Promise<number | undefined> {
  return provider.countInput?.(request, AbortSignal.timeout(COUNT_MS)).catch(() => undefined);
}
