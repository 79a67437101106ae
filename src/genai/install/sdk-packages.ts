import { createRequire } from 'node:module';
import type { Attributes } from '@opentelemetry/api';
import type { LogRecordProcessorLike, SamplerLike, SpanProcessorLike } from '../spans/index.js';

/*
 * The OpenTelemetry SDK's packages, loaded when they are wanted: the rest of Spanledger's core needs
 * `@opentelemetry/api` alone. Loaded synchronously, because instrumentations must be in place before
 * the next import.
 */

type New<Options, Instance> = new (options: Options) => Instance;

/** What we use of `@opentelemetry/sdk-node`, `sdk-trace`, `sdk-logs`, `resources` and `core`. */
export interface SdkPackages {
  readonly NodeSDK: New<object, { start(): void; shutdown(): Promise<void> }>;
  readonly BatchSpanProcessor: New<object, SpanProcessorLike>;
  readonly SimpleSpanProcessor: New<object, SpanProcessorLike>;
  readonly ConsoleSpanExporter: New<void, object>;
  readonly AlwaysOnSampler: New<void, SamplerLike>;
  readonly AlwaysOffSampler: New<void, SamplerLike>;
  readonly ParentBasedSampler: New<{ root: SamplerLike }, SamplerLike>;
  readonly TraceIdRatioBasedSampler: New<number, SamplerLike>;
  readonly BatchLogRecordProcessor: New<object, LogRecordProcessorLike>;
  readonly SimpleLogRecordProcessor: New<object, LogRecordProcessorLike>;
  readonly ConsoleLogRecordExporter: New<void, object>;
  readonly resourceFromAttributes: (attributes: Attributes) => unknown;
  readonly defaultResource: () => { merge(other: unknown): unknown };
  readonly envDetector: unknown;
  readonly hostDetector: unknown;
  readonly osDetector: unknown;
  readonly serviceInstanceIdDetector: unknown;
  readonly getStringFromEnv: (name: string) => string | undefined;
  readonly getNumberFromEnv: (name: string) => number | undefined;
  readonly getStringListFromEnv: (name: string) => string[] | undefined;
  readonly getBooleanFromEnv: (name: string) => boolean | undefined;
  /** An exporter package that comes with sdk-node. */
  readonly load: (name: string) => Record<string, New<void, object> | undefined>;
}

/** @throws {Error} naming the package to install */
export function loadSdk(): SdkPackages {
  let fromSdkNode: NodeJS.Require;
  try {
    const here = createRequire(import.meta.url);
    // Seen from sdk-node, so that its own packages are found whatever the package manager does.
    fromSdkNode = createRequire(here.resolve('@opentelemetry/sdk-node'));
  } catch (cause) {
    throw new Error(`install() needs the OpenTelemetry SDK: npm install ${SDK_NODE}`, { cause });
  }
  try {
    return {
      ...fromSdkNode('@opentelemetry/core'),
      ...fromSdkNode('@opentelemetry/resources'),
      ...fromSdkNode('@opentelemetry/sdk-logs'),
      ...fromSdkNode('@opentelemetry/sdk-trace'),
      ...fromSdkNode('@opentelemetry/sdk-node'),
      load: fromSdkNode,
    };
  } catch (cause) {
    throw new Error(
      `install() works with OpenTelemetry SDK 3: npm install ${SDK_NODE}. ` +
        'With SDK 2, give a SpanledgerSpanProcessor to your own NodeSDK.',
      { cause },
    );
  }
}

const SDK_NODE = '@opentelemetry/sdk-node@">=0.300"';
