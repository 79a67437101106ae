import { SpanEncoder } from '../otlp/index.js';

/** The part of the SDK's exporters by protobuf that we put another in the place of. */
interface Serializer {
  serializeRequest(spans: unknown): Uint8Array | undefined;
  deserializeResponse(body: Uint8Array): unknown;
}

/** Where the SDK keeps it; not of its public interface, so it may be elsewhere in another version. */
const DELEGATE = '_delegate';
const SERIALIZER = '_serializer';

type Delegate = { [SERIALIZER]?: Serializer };

/**
 * Lets the SDK's exporter of spans by OTLP and protobuf write them with our encoder: the same bytes
 * in less time. Addresses, headers, compression and retries stay the SDK's, and so does the encoder
 * where an SDK keeps it elsewhere.
 */
export function encodeSpans(exporter: object): void {
  const delegate = (exporter as { [DELEGATE]?: Delegate })[DELEGATE];
  const ofSdk = delegate?.[SERIALIZER];
  if (!delegate || !ofSdk?.deserializeResponse) return;
  const encoder = new SpanEncoder();
  delegate[SERIALIZER] = {
    serializeRequest: (spans) => encoder.encode(spans as Parameters<SpanEncoder['encode']>[0]),
    deserializeResponse: (body) => ofSdk.deserializeResponse(body),
  };
}
