import Anthropic from '@anthropic-ai/sdk';
import { install, withWorkflow } from 'spanledger/genai';

/*
 * Spans go to any vendor that takes OTLP, by the standard variables, e.g. for Last9 or Grafana Cloud:
 *
 *   OTEL_EXPORTER_OTLP_ENDPOINT=https://otlp.example.com
 *   OTEL_EXPORTER_OTLP_HEADERS=Authorization=Basic%20bXkta2V5
 *
 * Without an endpoint, this example prints them.
 */
if (!process.env['OTEL_EXPORTER_OTLP_ENDPOINT']) process.env['OTEL_TRACES_EXPORTER'] ??= 'console';

const telemetry = install({
  resource: { 'service.name': 'otlp-example', 'deployment.environment.name': 'development' },
  // What a dashboard made for the Python SDK looks for is written beside the canonical names.
  compat: ['last9'],
});

const client = new Anthropic();
await withWorkflow({ type: 'greeting', userId: 'ada' }, () =>
  client.messages.create({
    model: 'claude-haiku-4-5',
    max_tokens: 50,
    messages: [{ role: 'user', content: 'Hello' }],
  }),
);

// Sends what waits. A service does it when it is told to stop.
await telemetry.shutdown();
