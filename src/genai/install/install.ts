import * as api from '@opentelemetry/api';
import { diag, trace, type Attributes } from '@opentelemetry/api';
import type { CompatSet } from '../conventions/index.js';
import type { PriceBook } from '../pricing/index.js';
import {
  LogToSpanBridge,
  recordGenAiSpans,
  SpanledgerSpanProcessor,
  type InferenceRecord,
  type LogRecordProcessorLike,
  type SpanProcessorLike,
} from '../spans/index.js';
import { ExportWatch, type ExportCounts } from './export-watch.js';
import { exporterNames, logRecordProcessors, sampler, spanProcessors } from './from-environment.js';
import { knownInstrumentations } from './known-instrumentations.js';
import { loadSdk, type SdkPackages } from './sdk-packages.js';

export interface InstallOptions {
  /** Run after Spanledger's own, before the exporters that OTEL_* variables name. */
  readonly spanProcessors?: readonly SpanProcessorLike[];
  readonly logRecordProcessors?: readonly LogRecordProcessorLike[];
  /** Resource attributes, e.g. `{ 'service.name': 'shop' }`; those of OTEL_* variables beat them. */
  readonly resource?: Attributes;
  /** The prices in force. Default: the catalogue. */
  readonly pricing?: PriceBook;
  /**
   * Whether prompts and answers that instrumentations emit as log events are put on their spans.
   * Default: what OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT says, else no.
   */
  readonly captureContent?: boolean;
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
  /** What could not be exported, by the exporters that OTEL_* variables name. */
  readonly exports: { readonly traces: ExportCounts; readonly logs: ExportCounts };
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
 * @throws {Error} when that package is missing, or another SDK is registered already
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

  const captureContent = options.captureContent ?? capturesByEnvironment(sdk);
  const bridge = new LogToSpanBridge({ captureContent });
  const spanProcessor = new SpanledgerSpanProcessor({
    prices: options.pricing,
    onInference: options.onInference,
    compat: options.compat,
    bridge,
  });
  const exports = { traces: new ExportWatch(), logs: new ExportWatch() };
  const ofSpans = [
    spanProcessor,
    ...(options.spanProcessors ?? []),
    ...spanProcessors(sdk, exports.traces),
  ];
  const ofLogs = [
    bridge,
    ...(options.logRecordProcessors ?? []),
    ...logRecordProcessors(sdk, exports.logs),
  ];
  const nodeSdk = new sdk.NodeSDK({
    resource:
      options.resource && sdk.defaultResource().merge(sdk.resourceFromAttributes(options.resource)),
    resourceDetectors: detectors(sdk),
    sampler: recordGenAiSpans(sampler(sdk)),
    spanLimits: spanLimits(sdk),
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
    exports,
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
    exports: { traces: new ExportWatch(), logs: new ExportWatch() },
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

/** All but the process detector: it records command-line arguments, secrets among them. */
function detectors(sdk: SdkPackages): readonly unknown[] | undefined {
  if (sdk.getStringFromEnv('OTEL_NODE_RESOURCE_DETECTORS') !== undefined) return undefined;
  return [sdk.serviceInstanceIdDetector, sdk.hostDetector, sdk.osDetector, sdk.envDetector];
}

/** Room for messages that an instrumentation spreads over hundreds of attributes, tokens last. */
function spanLimits(sdk: SdkPackages): object | undefined {
  const limited =
    sdk.getNumberFromEnv('OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT') ??
    sdk.getNumberFromEnv('OTEL_ATTRIBUTE_COUNT_LIMIT');
  return limited === undefined ? { attributeCountLimit: 1024 } : undefined;
}

/** The values that the instrumentations of several languages take for yes. */
const YES = new Set(['true', '1', 'span', 'span_only', 'span_and_event']);

function capturesByEnvironment(sdk: SdkPackages): boolean {
  const value = sdk.getStringFromEnv('OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT');
  return YES.has(value?.trim().toLowerCase() ?? '');
}
