/** The bytes of attributes that come again and again: methods, routes, models, status codes. */
export class KnownAttributes {
  readonly #keys = new Map<string, KnownKey>();

  get(key: string, value: unknown): Uint8Array | undefined {
    return this.#keys.get(key)?.values?.get(value);
  }

  /** Takes note of an attribute, if its key is not one whose values differ each time. */
  note(key: string, value: unknown, encode: () => Uint8Array): void {
    if (!isShort(value) || key.length > MOST_CHARACTERS) return;
    let known = this.#keys.get(key);
    if (!known) {
      if (this.#keys.size >= MOST_KEYS) return;
      known = { values: new Map() };
      this.#keys.set(key, known);
    }
    if (!known.values) return;
    if (known.values.size < MOST_VALUES) known.values.set(value, encode());
    else known.values = undefined;
  }
}

interface KnownKey {
  /** Undefined once there were too many to be worth the memory. */
  values: Map<unknown, Uint8Array> | undefined;
}

const MOST_KEYS = 256;
const MOST_VALUES = 64;
const MOST_CHARACTERS = 64;

function isShort(value: unknown): boolean {
  if (typeof value === 'string') return value.length <= MOST_CHARACTERS;
  return typeof value === 'boolean' || Number.isSafeInteger(value);
}
