/**
 * Writes protobuf's wire format into one buffer that grows and is used again and again.
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export class ByteWriter {
  #bytes = new Uint8Array(65_536);
  #at = 0;

  /** Goes back to the beginning; what {@link take} gave stays as it is. */
  reset(): void {
    this.#at = 0;
  }

  /** A copy: the buffer is written anew while the copy is still being sent. */
  take(): Uint8Array {
    return this.#bytes.slice(0, this.#at);
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#at++] = value;
  }

  /** An integer; a negative one as protobuf's int64 has it, in ten bytes. */
  varint(value: number): void {
    this.#reserve(10);
    let low = value >>> 0;
    let high = Math.floor(value / 2 ** 32) >>> 0;
    while (high > 0 || low > 0x7f) {
      this.#bytes[this.#at++] = (low & 0x7f) | 0x80;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    this.#bytes[this.#at++] = low;
  }

  fixed32(value: number): void {
    this.#reserve(4);
    const bytes = this.#bytes;
    bytes[this.#at++] = value & 0xff;
    bytes[this.#at++] = (value >>> 8) & 0xff;
    bytes[this.#at++] = (value >>> 16) & 0xff;
    bytes[this.#at++] = value >>> 24;
  }

  double(value: number): void {
    DOUBLE[0] = value;
    this.raw(DOUBLE_BYTES);
  }

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** Bytes from their hexadecimal digits, without a length. */
  hex(digits: string): void {
    this.#reserve(digits.length >> 1);
    for (let i = 0; i + 1 < digits.length; i += 2) {
      this.#bytes[this.#at++] =
        (nibble(digits.charCodeAt(i)) << 4) | nibble(digits.charCodeAt(i + 1));
    }
  }

  /** UTF-8 with its length in front. */
  text(text: string): void {
    const { length } = text;
    if (length > 0x7f) return this.#longText(text);
    this.#reserve(length + 1);
    const bytes = this.#bytes;
    const begin = this.#at;
    let at = begin + 1;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) return this.#longText(text);
      bytes[at++] = code;
    }
    bytes[begin] = length;
    this.#at = at;
  }

  /** Begins a part whose length is not known yet. @returns what {@link end} wants */
  begin(): number {
    this.#reserve(1);
    return ++this.#at;
  }

  /** Puts the length in front of what was written since; where one byte is too few, that moves. */
  end(begin: number): void {
    const length = this.#at - begin;
    const more = length < 0x80 ? 0 : length < 0x4000 ? 1 : length < 0x200000 ? 2 : 3;
    if (more > 0) {
      this.#reserve(more);
      this.#bytes.copyWithin(begin + more, begin, this.#at);
    }
    this.#at = begin - 1;
    this.varint(length);
    this.#at = begin + more + length;
  }

  #longText(text: string): void {
    // UTF-8 takes at most three bytes for a UTF-16 unit.
    const begin = this.begin();
    this.#reserve(text.length * 3);
    this.#at += ENCODER.encodeInto(text, this.#bytes.subarray(this.#at)).written;
    this.end(begin);
  }

  #reserve(count: number): void {
    const needed = this.#at + count;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

const ENCODER = new TextEncoder();
const DOUBLE = new Float64Array(1);
const DOUBLE_BYTES = new Uint8Array(DOUBLE.buffer);

function nibble(code: number): number {
  // '0' to '9' are 0x30 to 0x39; 'a' to 'f' are 0x61 to 0x66.
  return code <= 0x39 ? code - 0x30 : (code | 0x20) - 0x57;
}
