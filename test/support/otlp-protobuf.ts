/*
 * Reads OTLP's protobuf as far as tests look at it. The field numbers are those of
 * opentelemetry-proto's trace.proto, common.proto and resource.proto.
 */

/** The values of a message by field number: numbers of varints, doubles and fixed ones, else bytes. */
type Message = ReadonlyMap<number, ReadonlyArray<number | Uint8Array>>;

export interface DecodedSpan {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly resource: Readonly<Record<string, unknown>>;
  readonly status: { readonly code?: number };
}

/** The spans of an `ExportTraceServiceRequest`. */
export function decodeSpans(body: Uint8Array): DecodedSpan[] {
  return messages(read(body), 1).flatMap((resourceSpans) => {
    const [resource] = messages(resourceSpans, 1);
    const resourceAttributes = resource ? attributes(resource, 1) : {};
    return messages(resourceSpans, 2)
      .flatMap((scopeSpans) => messages(scopeSpans, 2))
      .map((span) => decodeSpan(span, resourceAttributes));
  });
}

function decodeSpan(span: Message, resource: Record<string, unknown>): DecodedSpan {
  const [status] = messages(span, 15);
  const parentSpanId = hex(span, 4);
  return {
    traceId: hex(span, 1),
    spanId: hex(span, 2),
    ...(parentSpanId && { parentSpanId }),
    name: text(span, 5),
    kind: Number(span.get(6)?.[0] ?? 0),
    attributes: attributes(span, 9),
    resource,
    status: status ? { code: Number(status.get(3)?.[0] ?? 0) } : {},
  };
}

function attributes(message: Message, field: number): Record<string, unknown> {
  return Object.fromEntries(
    messages(message, field).map((pair) => {
      const [value] = messages(pair, 2);
      return [text(pair, 1), value && anyValue(value)];
    }),
  );
}

function anyValue(value: Message): unknown {
  if (value.has(1)) return text(value, 1);
  if (value.has(2)) return value.get(2)?.[0] === 1;
  if (value.has(5)) {
    return messages(value, 5).flatMap((list) => messages(list, 1).map(anyValue));
  }
  return value.get(3)?.[0] ?? value.get(4)?.[0];
}

function read(bytes: Uint8Array): Message {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fields = new Map<number, Array<number | Uint8Array>>();
  let at = 0;
  const varint = (): number => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = view.getUint8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return Number(BigInt.asIntN(64, value));
    }
  };
  while (at < bytes.byteLength) {
    const tag = varint();
    const values = fields.get(tag >> 3) ?? [];
    fields.set(tag >> 3, values);
    switch (tag & 7) {
      case 0:
        values.push(varint());
        break;
      case 1:
        // Of the fixed64 fields only attribute values are looked at, and those are doubles.
        values.push(view.getFloat64(at, true));
        at += 8;
        break;
      case 2: {
        const length = varint();
        values.push(bytes.subarray(at, at + length));
        at += length;
        break;
      }
      case 5:
        values.push(view.getUint32(at, true));
        at += 4;
        break;
      default:
        throw new Error(`No protobuf: wire type ${tag & 7}`);
    }
  }
  return fields;
}

function bytesOf(message: Message, field: number): Uint8Array[] {
  return (message.get(field) ?? []).filter((value) => value instanceof Uint8Array);
}

function messages(message: Message, field: number): Message[] {
  return bytesOf(message, field).map(read);
}

function text(message: Message, field: number): string {
  return bytesOf(message, field)
    .map((bytes) => new TextDecoder().decode(bytes))
    .join('');
}

function hex(message: Message, field: number): string {
  return bytesOf(message, field)
    .map((bytes) => Buffer.from(bytes).toString('hex'))
    .join('');
}
