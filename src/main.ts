import './stop-signals.js';
import cluster from 'node:cluster';
import { ConfigError, loadConfig } from './config/index.js';
import { stdoutLines } from './observability/index.js';

/** Starts the service, or what supervises several; every failure to start is one message and exit code 1. */
async function main(): Promise<void> {
  const config = loadConfig(process.env);
  // Each loads only what it needs: a supervisor has no application, no database and no SDKs.
  if (config.workers > 1 && cluster.isPrimary) {
    const { supervise } = await import('./supervise.js');
    await supervise(config);
  } else {
    const { serve } = await import('./serve.js');
    await serve(config);
  }
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
