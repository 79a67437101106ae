import { describe, expect, it } from 'vitest';
import { encodeSpans } from './encode-spans.js';
import { loadSdk } from './sdk-packages.js';

type Coder = Record<'serializeRequest' | 'deserializeResponse', (input: unknown) => unknown>;

describe('encodeSpans', () => {
  it('finds the serializer of the SDK that is installed, and keeps its reading of answers', () => {
    const { OTLPTraceExporter } = loadSdk().load('@opentelemetry/exporter-trace-otlp-proto');
    const exporter = OTLPTraceExporter && new OTLPTraceExporter();
    const delegate = (exporter as Record<string, Record<string, Coder>>)['_delegate'];
    const ofSdk = delegate?.['_serializer'];
    encodeSpans(exporter as object);
    const ours = delegate?.['_serializer'];
    expect(ours).not.toBe(ofSdk);
    expect(ours?.serializeRequest([])).toEqual(new Uint8Array());
    const answer = new Uint8Array([0x0a, 0x02, 0x08, 0x03]);
    expect(ours?.deserializeResponse(answer)).toEqual(ofSdk?.deserializeResponse(answer));
  });

  it('leaves an exporter alone that it does not know', () => {
    const exporter = { _delegate: { other: true } };
    encodeSpans(exporter);
    expect(exporter).toEqual({ _delegate: { other: true } });
  });
});
