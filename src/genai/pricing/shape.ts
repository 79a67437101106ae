/** Where in a JSON text a value stands: keys and indices from the root. */
export type Path = readonly (string | number)[];

/** Something wrong with a value, and where. */
export interface Fault {
  readonly path: Path;
  readonly message: string;
}

/** Looks at a value and adds what is wrong with it; never stops at the first fault. */
export type Check = (value: unknown, path: Path, faults: Fault[]) => void;

/** A check of one value by itself. */
export function value(isRight: (candidate: unknown) => boolean, wanted: string): Check {
  return (candidate, path, faults) => {
    if (!isRight(candidate)) faults.push({ path, message: `must be ${wanted}` });
  };
}

/** An object of these fields and no others. All are optional except the required. */
export function objectOf(checks: Readonly<Record<string, Check>>, required: string[] = []): Check {
  return (candidate, path, faults) => {
    if (!isPlainObject(candidate)) {
      faults.push({ path, message: 'must be an object' });
      return;
    }
    for (const [key, field] of Object.entries(candidate)) {
      const check = Object.hasOwn(checks, key) ? checks[key] : undefined;
      if (check) check(field, [...path, key], faults);
      else faults.push({ path: [...path, key], message: unknownKey(Object.keys(checks)) });
    }
    for (const key of required) {
      if (!Object.hasOwn(candidate, key)) faults.push({ path, message: `must have "${key}"` });
    }
  };
}

export function listOf(check: Check): Check {
  return (candidate, path, faults) => {
    if (!Array.isArray(candidate)) {
      faults.push({ path, message: 'must be a list' });
      return;
    }
    candidate.forEach((entry, index) => check(entry, [...path, index], faults));
  };
}

/** An object whose keys are free. */
export function recordOf(check: Check): Check {
  return (candidate, path, faults) => {
    if (!isPlainObject(candidate)) {
      faults.push({ path, message: 'must be an object' });
      return;
    }
    for (const [key, entry] of Object.entries(candidate)) check(entry, [...path, key], faults);
  };
}

export function isPlainObject(candidate: unknown): candidate is Record<string, unknown> {
  return typeof candidate === 'object' && candidate !== null && !Array.isArray(candidate);
}

function unknownKey(known: readonly string[]): string {
  return `is not a key here; known are ${known.join(', ')}`;
}
