import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { installed, type ExportCounts } from '../genai/install/index.js';

const BETWEEN_LINES_MS = 60_000;

/**
 * Says when telemetry is lost: at most one line a minute, however often it fails. The requests
 * themselves do not notice.
 */
@Injectable()
export class ExportLog implements OnModuleInit, OnModuleDestroy {
  readonly #logger = new Logger('Telemetry');
  #timer: NodeJS.Timeout | undefined;
  #told = 0;

  onModuleInit(): void {
    this.#timer = setInterval(() => this.#look(), BETWEEN_LINES_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.#timer);
    this.#look();
  }

  #look(): void {
    const { traces, logs } = installed()?.exports ?? {};
    const lost = lostOf(traces) + lostOf(logs);
    if (lost === this.#told) return;
    const failures = (traces?.failures ?? 0) + (logs?.failures ?? 0);
    this.#logger.warn(
      `Telemetry is lost: ${lost - this.#told} spans and log records since the last such line, ` +
        `${lost} since the start; ${failures} exports failed. Look at what OTEL_EXPORTER_OTLP_ENDPOINT names`,
    );
    this.#told = lost;
  }
}

function lostOf(counts: ExportCounts | undefined): number {
  return counts ? counts.exportFailed + counts.queueFull : 0;
}
