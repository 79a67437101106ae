/** Far above any context window, and low enough that a cost stays within the ledger's 64 bits. */
const MAX_COUNT = 100_000_000;

/** Reads counts out of whatever a provider sent, and keeps what was wrong with them. */
export class CountReader {
  readonly faults: string[] = [];

  /** @returns the count; 0 when it is absent, or when it cannot be true, which is then a fault */
  read(value: unknown, name: string): number {
    if (value === undefined || value === null) return 0;
    if (isCount(value)) return value;
    this.faults.push(`${name} is not a token count`);
    return 0;
  }
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MAX_COUNT;
}

/** The value if it is an object to read fields of, else an empty one. */
export function fields(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}

/** Whether none of the fields holds anything: a usage without its main counts is no usage. */
export function allAbsent(record: object, names: readonly string[]): boolean {
  const values = fields(record);
  return names.every((name) => values[name] === undefined || values[name] === null);
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
