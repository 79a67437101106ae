import { ByteWriter } from './byte-writer.js';
import { KnownAttributes } from './known-attributes.js';

const MOST_INT64 = 2 ** 63;

/** Writes attributes as protobuf's `KeyValue`s. What comes often is only copied. */
export class AttributeEncoder {
  readonly #known = new KnownAttributes();
  readonly #scratch = new ByteWriter();

  /** @param tag - field number and wire type of the list that they stand in */
  write(to: ByteWriter, tag: number, attributes: Readonly<Record<string, unknown>>): void {
    for (const key in attributes) {
      if (!Object.hasOwn(attributes, key)) continue;
      const value = attributes[key];
      to.byte(tag);
      const known = this.#known.get(key, value);
      if (known) {
        to.raw(known);
        continue;
      }
      writePair(to, key, value);
      this.#known.note(key, value, () => this.#encoded(key, value));
    }
  }

  #encoded(key: string, value: unknown): Uint8Array {
    this.#scratch.reset();
    writePair(this.#scratch, key, value);
    return this.#scratch.take();
  }
}

/** `KeyValue`, its length in front. */
function writePair(to: ByteWriter, key: string, value: unknown): void {
  const pair = to.begin();
  to.byte(0x0a);
  to.text(key);
  to.byte(0x12);
  writeAnyValue(to, value);
  to.end(pair);
}

/** `AnyValue`, its length in front: of the kinds below one, or nothing. */
function writeAnyValue(to: ByteWriter, value: unknown): void {
  const begin = to.begin();
  if (typeof value === 'string') {
    to.byte(0x0a);
    to.text(value);
  } else if (typeof value === 'boolean') {
    to.byte(0x10);
    to.byte(value ? 1 : 0);
  } else if (typeof value === 'number') {
    writeNumber(to, value);
  } else if (value instanceof Uint8Array) {
    to.byte(0x3a);
    to.varint(value.length);
    to.raw(value);
  } else if (Array.isArray(value)) {
    to.byte(0x2a);
    const list = to.begin();
    for (const item of value) {
      to.byte(0x0a);
      writeAnyValue(to, item);
    }
    to.end(list);
  } else if (typeof value === 'object' && value !== null) {
    to.byte(0x32);
    const list = to.begin();
    for (const [key, item] of Object.entries(value)) {
      to.byte(0x0a);
      writePair(to, key, item);
    }
    to.end(list);
  }
  to.end(begin);
}

function writeNumber(to: ByteWriter, value: number): void {
  if (Number.isInteger(value) && value >= -MOST_INT64 && value < MOST_INT64) {
    to.byte(0x18);
    to.varint(value);
  } else {
    to.byte(0x21);
    to.double(value);
  }
}
