import { Supervisor } from './cluster/index.js';
import type { AppConfig } from './config/index.js';
import { JsonLogger, stdoutLines } from './observability/index.js';
import { BoundPort } from './port/index.js';
import { retirementMs } from './recycling.js';
import { openRedactor } from './redaction.js';
import { onStopSignal } from './stop-signals.js';

/** Flushing telemetry and closing the database come after the requests in hand. */
const CLOSING_MS = 10_000;

/** Runs the service in as many processes as configured, and this one beside them. */
export async function supervise(config: AppConfig): Promise<void> {
  const logger = new JsonLogger(
    config.serviceName,
    openRedactor(config.redactionRules, config.apiKeys),
  );
  const port = await BoundPort.open(config.http.host, config.http.port);
  new Supervisor({
    workers: config.workers,
    openShare: port && (() => port.share()),
    stopWithinMs: config.shutdownTimeoutMs + CLOSING_MS,
    retireWithinMs: retirementMs(config) + CLOSING_MS,
    onStopSignal,
    log: (level, message) => logger[level](message, 'Supervisor'),
    exit: (code) => {
      stdoutLines.flush();
      process.exit(code);
    },
  }).start();
}
