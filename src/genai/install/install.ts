import * as api from '@opentelemetry/api';
import { diag, trace, type Attributes } from '@opentelemetry/api';
import type { CompatSet } from '../conventions/index.js';
import type { PriceBook } from '../pricing/index.js';
import {
  LogToSpanBridge,
  randomSpanId,
  randomTraceId,
  recordGenAiSpans,
  SpanledgerSpanProcessor,
  type InferenceRecord,
  type LogRecordProcessorLike,
  type SamplerLike,
  type SpanProcessorLike,
} from '../spans/index.js';
import { ExportWatch, type ExportCounts } from './export-watch.js';
import {
  Redaction,
  RedactionStage,
  Redactor,
  contentModeOf,
  parseRules,
  type CapturedContent,
  type ContentMode,
  type RedactionStats,
  type UserRule,
} from '../redaction/index.js';
import { exporterNames, logRecordProcessors, sampler, spanProcessors } from './from-environment.js';
import { knownInstrumentations } from './known-instrumentations.js';
import { loadSdk, type SdkPackages } from './sdk-packages.js';
import { SpanRecorder } from './span-recorder.js';

export interface InstallOptions {
  /** Run after Spanledger's own, before the exporters that OTEL_* variables name. */
  readonly spanProcessors?: readonly SpanProcessorLike[];
  readonly logRecordProcessors?: readonly LogRecordProcessorLike[];
  /** Resource attributes, e.g. `{ 'service.name': 'shop' }`; those of OTEL_* variables beat them. */
  readonly resource?: Attributes;
  /** The prices in force. Default: the catalogue. */
  readonly pricing?: PriceBook;
  /**
   * What of prompts, answers, and arguments and results of tools gets to processors and exporters,
   * whoever recorded it. `withContentMode` says otherwise for a part of the program; content that
   * instrumentations emit as log events is not collected at all while this is `off`.
   * Default: what SPANLEDGER_CONTENT says; `redacted` if
   * OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT is on; else `off`.
   */
  readonly content?: ContentMode;
  /** Hears of content as far as the mode lets it out; spans then keep its length and hash. */
  readonly onContent?: (content: CapturedContent) => void;
  /** Redaction rules beside the built-in ones. Default: those of SPANLEDGER_REDACTION. */
  readonly redaction?: readonly UserRule[];
  /** Texts that never leave, such as keys that look like nothing known. */
  readonly secrets?: readonly string[];
  /** Instead of the ones we know and find installed. */
  readonly instrumentations?: readonly object[];
  /** Hears of every call of a model once; see {@link SpanledgerSpanProcessor}. */
  readonly onInference?: (record: InferenceRecord) => void;
  /** Older attribute names to write beside the canonical ones. */
  readonly compat?: readonly CompatSet[];
}

export interface Installed {
  /** The processor that enriches spans; undefined when OTEL_SDK_DISABLED is set. */
  readonly spanProcessor: SpanledgerSpanProcessor | undefined;
  /** For spans of other work that come in thousands a second; undefined when nothing exports them. */
  recorder(instrumentationScope: string): SpanRecorder | undefined;
  /** What could not be exported, by the exporters that OTEL_* variables name. */
  readonly exports: { readonly traces: ExportCounts; readonly logs: ExportCounts };
  /** What redaction could not do, and left out. */
  redactionStats(): RedactionStats;
  /** Exports what has ended so far. */
  forceFlush(): Promise<void>;
  /** Exports what has ended and stops; later calls of `install` start anew. */
  shutdown(): Promise<void>;
}

/**
 * Sets up tracing of generative AI in one call, for an application that has no OpenTelemetry SDK of
 * its own set up: providers, Spanledger's processor and sampler, the log bridge, exporters by the
 * standard OTEL_* variables (none named: none), instrumentations that are installed. A second call
 * gives the first one's handle.
 *
 * Call it before the modules that are to be instrumented are loaded. Needs `@opentelemetry/sdk-node`.
 *
 * @throws {Error} when that package is missing, another SDK is registered already, or a redaction
 * rule cannot be used
 * @example
 * // telemetry.js, loaded first: node --import ./telemetry.js app.js
 * import { install } from 'spanledger/genai';
 * const telemetry = install({ resource: { 'service.name': 'shop' } });
 * process.once('SIGTERM', () => telemetry.shutdown());
 */
export function install(options: InstallOptions = {}): Installed {
  const holder = globalThis as { [INSTALLED]?: Installed };
  return (holder[INSTALLED] ??= start(options, () => delete holder[INSTALLED]));
}

/** The handle of what is installed in this process, if anything is. */
export function installed(): Installed | undefined {
  return (globalThis as { [INSTALLED]?: Installed })[INSTALLED];
}

/** On the process, not the module: two copies of this package must not install twice. */
const INSTALLED = Symbol.for('spanledger.installed');

function start(options: InstallOptions, forget: () => void): Installed {
  const sdk = loadSdk();
  if (sdk.getBooleanFromEnv('OTEL_SDK_DISABLED')) return disabled(forget);
  refuseSecondSdk();

  const mode = options.content ?? contentByEnvironment(sdk);
  const captureContent = mode !== 'off';
  const { onContent } = options;
  const redactor = new Redactor(
    options.redaction ?? parseRules(sdk.getStringFromEnv('SPANLEDGER_REDACTION')),
    options.secrets,
  );
  const stage = new RedactionStage(redactor);
  const redaction = new Redaction({
    stage,
    mode,
    onContent,
    valueLengthLimit: valueLengthLimit(sdk),
  });
  const bridge = new LogToSpanBridge({
    captureContent,
    // A text is cut when it is long: what is private must have gone before.
    ...(mode !== 'full' && { redact: (text: string) => stage.text(text) }),
    ...((onContent || mode === 'metadata') && { maxContentBytes: LONG_CONTENT_BYTES }),
  });
  const spanProcessor = new SpanledgerSpanProcessor({
    prices: options.pricing,
    onInference: options.onInference,
    compat: options.compat,
    bridge,
  });
  const exports = { traces: new ExportWatch(), logs: new ExportWatch() };
  const exporting = [...(options.spanProcessors ?? []), ...spanProcessors(sdk, exports.traces)];
  // Content is handed on with the copy of its span, so somebody must want one.
  const isForContent = exporting.length === 0 && onContent !== undefined;
  const others = isForContent ? [NOBODY] : exporting;
  const redacting = others.map((processor) => redaction.ofSpans(processor));
  const ofSpans = [spanProcessor, ...redacting];
  const sampling = isForContent ? ONLY_RECORDED : recordGenAiSpans(sampler(sdk));
  const otherLogs = [
    ...(options.logRecordProcessors ?? []),
    ...logRecordProcessors(sdk, exports.logs),
  ];
  const ofLogs = [bridge, ...otherLogs.map((processor) => redaction.ofLogs(processor))];
  const nodeSdk = new sdk.NodeSDK({
    resource:
      options.resource && sdk.defaultResource().merge(sdk.resourceFromAttributes(options.resource)),
    resourceDetectors: detectors(sdk),
    sampler: sampling,
    spanLimits: spanLimits(sdk),
    idGenerator: { generateTraceId: randomTraceId, generateSpanId: randomSpanId },
    spanProcessors: ofSpans,
    logRecordProcessors: ofLogs,
    // Left to the SDK when something names an exporter; its own default would be one on localhost.
    ...(exporterNames(sdk, 'METRICS').length === 0 && { metricReaders: [] }),
    instrumentations: options.instrumentations ?? knownInstrumentations(captureContent),
  });
  nodeSdk.start();

  let stopped: Promise<void> | undefined;
  return {
    spanProcessor,
    recorder: (name) =>
      exporting.length === 0
        ? undefined
        : new SpanRecorder({ name }, sampling, redacting, resourceOfSpans),
    exports,
    redactionStats: () => stage.stats(),
    forceFlush: async () => {
      await Promise.allSettled([...ofSpans, ...ofLogs].map((processor) => processor.forceFlush()));
    },
    shutdown: () => (stopped ??= stop(nodeSdk, forget)),
  };
}

async function stop(nodeSdk: { shutdown(): Promise<void> }, forget: () => void): Promise<void> {
  try {
    await nodeSdk.shutdown();
  } catch (error) {
    diag.error('Spanledger could not shut down the OpenTelemetry SDK', error);
  }
  // `logs` came to the API with 1.10; only a namespace may be asked for what 1.9 lacks.
  for (const part of [api.trace, api.logs, api.metrics, api.propagation, api.context])
    part?.disable();
  forget();
}

function disabled(forget: () => void): Installed {
  return {
    spanProcessor: undefined,
    recorder: () => undefined,
    exports: { traces: new ExportWatch(), logs: new ExportWatch() },
    redactionStats: () => ({ dropped: 0 }),
    forceFlush: async () => {},
    shutdown: async () => forget(),
  };
}

/** A second SDK is refused by OpenTelemetry with no more than a log line, and then sees no spans. */
function refuseSecondSdk(): void {
  const provider = trace.getTracerProvider() as { getDelegateTracer?: (name: string) => unknown };
  if (provider.getDelegateTracer?.('spanledger') === undefined) return;
  throw new Error(
    'install() found another OpenTelemetry SDK set up. Give a SpanledgerSpanProcessor to that one, ' +
      'before its exporting processors, and wrap its sampler in recordGenAiSpans().',
  );
}

const NOBODY: SpanProcessorLike = {
  onStart() {},
  onEnd() {},
  forceFlush: async () => {},
  shutdown: async () => {},
};

/** Spans that no exporter takes must not say that they are sampled: nothing would be found there. */
const ONLY_RECORDED: SamplerLike = {
  shouldSample: () => ({ decision: 1 }),
  toString: () => 'OnlyRecorded',
};

/** The SDK puts it together, and shows it on its spans alone; this one is never ended. */
function resourceOfSpans(): object {
  const span = trace.getTracer('spanledger').startSpan('resource', { root: true });
  return (span as unknown as { resource?: object }).resource ?? { attributes: {} };
}

/** All but the process detector: it records command-line arguments, secrets among them. */
function detectors(sdk: SdkPackages): readonly unknown[] | undefined {
  if (sdk.getStringFromEnv('OTEL_NODE_RESOURCE_DETECTORS') !== undefined) return undefined;
  return [sdk.serviceInstanceIdDetector, sdk.hostDetector, sdk.osDetector, sdk.envDetector];
}

/** Room for messages that an instrumentation spreads over hundreds of attributes, tokens last. */
function spanLimits(sdk: SdkPackages): object {
  const limited =
    sdk.getNumberFromEnv('OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT') ??
    sdk.getNumberFromEnv('OTEL_ATTRIBUTE_COUNT_LIMIT');
  return {
    ...(limited === undefined && { attributeCountLimit: 1024 }),
    // Redaction cuts instead, when it has seen the whole.
    ...(valueLengthLimit(sdk) !== undefined && { attributeValueLengthLimit: Infinity }),
  };
}

function valueLengthLimit(sdk: SdkPackages): number | undefined {
  return (
    sdk.getNumberFromEnv('OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT') ??
    sdk.getNumberFromEnv('OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT')
  );
}

/** Content that is on its way to logs, or only measured, need not fit a span. */
const LONG_CONTENT_BYTES = 65_536;

function contentByEnvironment(sdk: SdkPackages): ContentMode {
  const names = ['SPANLEDGER_CONTENT', 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT'];
  return contentModeOf(Object.fromEntries(names.map((name) => [name, sdk.getStringFromEnv(name)])));
}
