import { existsSync } from 'node:fs';
import { loadEnvFile } from 'node:process';

/**
 * Reads `.env` of the working directory, if there is one, into the environment. Variables that
 * are already set win. It runs before OpenTelemetry starts, which reads `OTEL_*` by itself.
 */
export function loadDotenv(): void {
  if (existsSync('.env')) loadEnvFile('.env');
}
