import { diag } from '@opentelemetry/api';
import type { LogRecordProcessorLike, SamplerLike, SpanProcessorLike } from '../spans/index.js';
import { encodeSpans } from './encode-spans.js';
import type { ExportWatch } from './export-watch.js';
import type { SdkPackages } from './sdk-packages.js';

/*
 * What the standard OTEL_* variables ask for. The SDK's own reading cannot be used: it takes either
 * processors from the environment or those of the code, not both. One rule differs: where nothing
 * names an exporter or an endpoint, nothing is exported.
 */

export type Signal = 'TRACES' | 'LOGS' | 'METRICS';

/** The exporters asked for: `otlp`, `console` or others; none unless something says so. */
export function exporterNames(sdk: SdkPackages, signal: Signal): readonly string[] {
  const named = new Set(sdk.getStringListFromEnv(`OTEL_${signal}_EXPORTER`));
  if (named.has('none')) return [];
  if (named.size > 0) return [...named];
  const endpoint =
    sdk.getStringFromEnv(`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`) ??
    sdk.getStringFromEnv('OTEL_EXPORTER_OTLP_ENDPOINT');
  return endpoint === undefined ? [] : ['otlp'];
}

export function spanProcessors(sdk: SdkPackages, watch: ExportWatch): SpanProcessorLike[] {
  return exporterNames(sdk, 'TRACES').flatMap((name) => {
    if (name === 'console') {
      return [new sdk.SimpleSpanProcessor({ exporter: new sdk.ConsoleSpanExporter() })];
    }
    const exporter = otlpExporter(sdk, name, 'TRACES');
    return exporter
      ? [new sdk.BatchSpanProcessor(watched(watch, exporter, batching(sdk, 'BSP')))]
      : [];
  });
}

export function logRecordProcessors(
  sdk: SdkPackages,
  watch: ExportWatch,
): LogRecordProcessorLike[] {
  return exporterNames(sdk, 'LOGS').flatMap((name) => {
    if (name === 'console') {
      return [new sdk.SimpleLogRecordProcessor({ exporter: new sdk.ConsoleLogRecordExporter() })];
    }
    const exporter = otlpExporter(sdk, name, 'LOGS');
    return exporter
      ? [new sdk.BatchLogRecordProcessor(watched(watch, exporter, batching(sdk, 'BLRP')))]
      : [];
  });
}

const PACKAGE_OF_PROTOCOL: Readonly<Record<string, string | undefined>> = {
  grpc: 'grpc',
  'http/json': 'http',
  'http/protobuf': 'proto',
};
const OTLP = {
  TRACES: { package: 'trace', exporter: 'OTLPTraceExporter' },
  LOGS: { package: 'logs', exporter: 'OTLPLogExporter' },
} as const;

function otlpExporter(
  sdk: SdkPackages,
  name: string,
  signal: 'TRACES' | 'LOGS',
): object | undefined {
  if (name !== 'otlp') {
    diag.warn(`OTEL_${signal}_EXPORTER: "${name}" is not known; otlp, console and none are`);
    return undefined;
  }
  const protocol =
    sdk.getStringFromEnv(`OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`) ??
    sdk.getStringFromEnv('OTEL_EXPORTER_OTLP_PROTOCOL') ??
    'http/protobuf';
  const transport = PACKAGE_OF_PROTOCOL[protocol] ?? 'proto';
  const { package: kind, exporter } = OTLP[signal];
  const Exporter = sdk.load(`@opentelemetry/exporter-${kind}-otlp-${transport}`)[exporter];
  const made = Exporter && new Exporter();
  if (made && signal === 'TRACES' && transport === 'proto') encodeSpans(made);
  return made;
}

function watched(watch: ExportWatch, exporter: object, options: object): object {
  const selfObsMeterProvider = watch.meterProvider;
  return { exporter: watch.watch(exporter), selfObsMeterProvider, ...options };
}

function batching(sdk: SdkPackages, prefix: 'BSP' | 'BLRP'): object {
  const number = (name: string): number | undefined => {
    const value = sdk.getNumberFromEnv(`OTEL_${prefix}_${name}`);
    return value !== undefined && value >= 0 ? value : undefined;
  };
  return {
    maxQueueSize: number('MAX_QUEUE_SIZE'),
    maxExportBatchSize: number('MAX_EXPORT_BATCH_SIZE'),
    scheduledDelayMillis: number('SCHEDULE_DELAY'),
    exportTimeoutMillis: number('EXPORT_TIMEOUT'),
  };
}

/** The sampler of OTEL_TRACES_SAMPLER; the specification's default is `parentbased_always_on`. */
export function sampler(sdk: SdkPackages): SamplerLike {
  const name = sdk.getStringFromEnv('OTEL_TRACES_SAMPLER') ?? 'parentbased_always_on';
  const root = rootSampler(sdk, name.replace('parentbased_', ''));
  if (!root) {
    diag.warn(`OTEL_TRACES_SAMPLER: "${name}" is not known; everything is sampled`);
    return new sdk.ParentBasedSampler({ root: new sdk.AlwaysOnSampler() });
  }
  return name.startsWith('parentbased_') ? new sdk.ParentBasedSampler({ root }) : root;
}

function rootSampler(sdk: SdkPackages, name: string): SamplerLike | undefined {
  switch (name) {
    case 'always_on':
      return new sdk.AlwaysOnSampler();
    case 'always_off':
      return new sdk.AlwaysOffSampler();
    case 'traceidratio': {
      const ratio = sdk.getNumberFromEnv('OTEL_TRACES_SAMPLER_ARG') ?? 1;
      return new sdk.TraceIdRatioBasedSampler(ratio >= 0 && ratio <= 1 ? ratio : 1);
    }
    default:
      return undefined;
  }
}
