import { describe, expect, it } from 'vitest';
import { capturesContent, compatSets, exportsTelemetry } from './telemetry-environment.js';

describe('exportsTelemetry', () => {
  it.each([
    [{}, false],
    [{ OTEL_TRACES_EXPORTER: '' }, false],
    [{ OTEL_TRACES_EXPORTER: 'console' }, true],
    [{ OTEL_TRACES_EXPORTER: 'otlp' }, true],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }, true],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://collector:4318/v1/traces' }, true],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x', OTEL_TRACES_EXPORTER: 'none' }, false],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x', OTEL_SDK_DISABLED: 'true' }, false],
  ])('%o: %s', (environment, expected) => {
    expect(exportsTelemetry(environment)).toBe(expected);
  });
});

describe('compatSets', () => {
  it.each([
    [{}, []],
    [{ SPANLEDGER_COMPAT: '' }, []],
    [{ SPANLEDGER_COMPAT: 'last9' }, ['last9']],
    [{ SPANLEDGER_COMPAT: ' last9 , genai-legacy' }, ['genai-legacy', 'last9']],
  ])('%o: %o', (environment, expected) => {
    expect(compatSets(environment)).toEqual(expected);
  });
});

describe('capturesContent', () => {
  it.each([
    [{}, false],
    [{ SPANLEDGER_CONTENT: 'off' }, false],
    [{ SPANLEDGER_CONTENT: 'metadata' }, true],
    [{ OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'true' }, true],
    [{ OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'false' }, false],
    [
      { SPANLEDGER_CONTENT: 'off', OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'true' },
      false,
    ],
  ])('%o: %s', (environment, expected) => {
    expect(capturesContent(environment)).toBe(expected);
  });
});
