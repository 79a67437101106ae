/** The part of `reflect-metadata` that is used, if the application has loaded it. */
interface MetadataReflect {
  getOwnMetadataKeys?(target: object): unknown[];
  getOwnMetadata?(key: unknown, target: object): unknown;
  defineMetadata?(key: unknown, value: unknown, target: object): void;
}

/**
 * Makes a wrapper look like what it wraps: name, length, own properties, and the metadata that
 * decorators have put on it, so that it does not matter which decorator comes first.
 */
export function keepIdentity<T extends object>(wrapper: T, original: object): T {
  for (const key of Reflect.ownKeys(original)) {
    const descriptor = Object.getOwnPropertyDescriptor(original, key);
    const own = Object.getOwnPropertyDescriptor(wrapper, key);
    if (descriptor && (!own || own.configurable)) Object.defineProperty(wrapper, key, descriptor);
  }
  const metadata = Reflect as MetadataReflect;
  for (const key of metadata.getOwnMetadataKeys?.(original) ?? []) {
    metadata.defineMetadata?.(key, metadata.getOwnMetadata?.(key, original), wrapper);
  }
  return wrapper;
}
