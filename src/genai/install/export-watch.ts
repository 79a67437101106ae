/** What became of the batches of one signal since the start. */
export interface ExportCounts {
  /** Exports that failed, after the exporter's own retries. */
  readonly failures: number;
  /** Items that were lost with them. */
  readonly exportFailed: number;
  /** Items for which the queue had no room. */
  readonly queueFull: number;
}

/** The part of an exporter that is watched. */
interface Exporter {
  export(items: readonly unknown[], done: (result: { readonly code: number }) => void): void;
}

const SUCCESS = 0;

/** The SDK's own name for what did not fit; OpenTelemetry's `otel.sdk.processor.*.processed`. */
const PROCESSED = /^otel\.sdk\.processor\.(?:span|log)\.processed$/;

/**
 * Counts what an exporter could not send, and what its batching processor had no room for: an
 * SDK tells of neither but in its diagnostic log.
 */
export class ExportWatch implements ExportCounts {
  failures = 0;
  exportFailed = 0;
  queueFull = 0;

  /** Watches the exporter, which stays the object that it is. */
  watch<E extends object>(exporter: E): E {
    const watched = exporter as E & Exporter;
    const send = watched.export.bind(watched);
    watched.export = (items, done) =>
      send(items, (result) => {
        if (result.code !== SUCCESS) {
          this.failures += 1;
          this.exportFailed += items.length;
        }
        done(result);
      });
    return exporter;
  }

  /** For the processor's `selfObsMeterProvider`: the one counter of it that is of interest here. */
  readonly meterProvider = {
    getMeter: () => ({
      createCounter: (name: string) => ({
        add: (count: number, attributes?: Readonly<Record<string, unknown>>) => {
          if (PROCESSED.test(name) && attributes?.['error.type'] === 'queue_full') {
            this.queueFull += count;
          }
        },
      }),
      createUpDownCounter: () => ({ add: ignore }),
      createObservableUpDownCounter: () => ({ addCallback: ignore, removeCallback: ignore }),
    }),
  };
}

function ignore(): void {}
