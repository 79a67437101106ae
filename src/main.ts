import { Logger } from '@nestjs/common';
import { ConfigError, loadConfig } from './config/index.js';
import { createApp } from './create-app.js';
import { JsonLogger, stdoutLines } from './observability/index.js';
import { openRedactor } from './redaction.js';
import { Service } from './service.js';

/** Starts the service; every failure to start is one message and exit code 1. */
async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const logger = new JsonLogger(config.serviceName, openRedactor(config.redactionRules));
  Logger.overrideLogger(logger);
  const app = await createApp(config, logger);
  await new Service(app, config).start();
}

try {
  await main();
} catch (error) {
  stdoutLines.flush();
  const known = error instanceof ConfigError;
  process.stderr.write(`${known ? error.message : startFailure(error)}\n`);
  process.exit(1);
}

function startFailure(error: unknown): string {
  return error instanceof Error ? `The service did not start: ${error.message}` : String(error);
}
