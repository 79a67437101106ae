import { Logger } from '@nestjs/common';
import type { AppConfig } from './config/index.js';
import { createApp } from './create-app.js';
import { JsonLogger } from './observability/index.js';
import { openRedactor } from './redaction.js';
import { Service } from './service.js';

/** Runs the service in this process. */
export async function serve(config: AppConfig): Promise<void> {
  const logger = new JsonLogger(
    config.serviceName,
    openRedactor(config.redactionRules, config.apiKeys),
  );
  Logger.overrideLogger(logger);
  const app = await createApp(config, logger);
  await new Service(app, config).start();
}
