import './warm-ticks.js';
import './stop-signals.js';
import cluster from 'node:cluster';
import { context, propagation } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { loadDotenv } from './config/dotenv.js';
import {
  apiKeyTexts,
  compatSets,
  exportsTelemetry,
  makesSpans,
} from './config/telemetry-environment.js';
import { install } from './genai/install/index.js';
import type { PriceBook } from './genai/pricing/index.js';
import { processResource } from './process-resource.js';
import { parseRules, type UserRule } from './genai/redaction/index.js';
import { writeContentLine } from './observability/content-line.js';
import { openPriceBook } from './price-book.js';
import { openRedactor } from './redaction.js';
import { VERSION } from './version.js';

/*
 * Loaded before everything else (`node --import ./dist/instrumentation.js`), so that tracing is in
 * place when the first client is made.
 */

loadDotenv();

const exporting = exportsTelemetry(process.env);
const installed = makesSpans(process.env) && !isSupervisor() ? startTelemetry() : keepContextOnly();

/** One line for the log: where traces go, or how to turn them on. */
export function telemetrySummary(): string {
  return exporting
    ? 'Traces: exported as the OTEL_* variables say'
    : 'Traces: off. Set OTEL_EXPORTER_OTLP_ENDPOINT to send them, or OTEL_TRACES_EXPORTER=console to print them';
}

/** Exports what has ended and stops. */
export async function shutdownTelemetry(): Promise<void> {
  await installed.shutdown();
}

function startTelemetry() {
  return install({
    resource: {
      'service.name': 'spanledger',
      'service.version': VERSION,
      ...processResource(),
    },
    // The Anthropic SDK traces itself, and the server span is made by hand.
    instrumentations: [],
    pricing: prices(),
    compat: compatSets(process.env),
    redaction: rules(),
    secrets: apiKeyTexts(process.env),
    onContent: (content) =>
      writeContentLine(process.env.OTEL_SERVICE_NAME || 'spanledger', content),
  });
}

/** It does no work that anybody would trace. */
function isSupervisor(): boolean {
  const workers = process.env.WORKERS || '1';
  return cluster.isPrimary && workers !== '1';
}

/** As with prices: wrong rules stop the service when it reads its configuration. */
function rules(): UserRule[] {
  try {
    openRedactor(process.env.SPANLEDGER_REDACTION);
    return parseRules(process.env.SPANLEDGER_REDACTION);
  } catch {
    return [];
  }
}

/** A wrong file stops the service with a message when it reads its configuration, not here. */
function prices(): PriceBook | undefined {
  try {
    return openPriceBook(process.env.PRICES_FILE);
  } catch {
    return undefined;
  }
}

/** Nobody reads spans, so none are made; scopes and trace ids must be carried all the same. */
function keepContextOnly() {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  return { shutdown: async () => {} };
}
