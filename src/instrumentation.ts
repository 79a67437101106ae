import { context, propagation } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { loadDotenv } from './config/dotenv.js';

loadDotenv();
context.setGlobalContextManager(new AsyncLocalStorageContextManager());
propagation.setGlobalPropagator(new W3CTraceContextPropagator());

export function telemetrySummary(): string {
  return 'Traces: off. Set OTEL_EXPORTER_OTLP_ENDPOINT to send them, or OTEL_TRACES_EXPORTER=console to print them';
}

export async function shutdownTelemetry(): Promise<void> {}
