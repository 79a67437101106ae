import type { AnyFunction } from './observe-options.js';

const PARAMETERS = /^[^(]*\(([^()]*)\)/;
const ONE_PARAMETER = /^(?:async\s+)?([\w$]+)\s*=>/;
const NAME = /^\s*(?:\.\.\.)?([\w$]+)\s*(?:=.*)?$/s;

/**
 * The names of a function's parameters, read from its source: undefined for one that is taken
 * apart, and for all of a function whose parameters cannot be read so simply.
 */
export function parameterNames(fn: AnyFunction): readonly (string | undefined)[] {
  const known = names.get(fn);
  if (known) return known;
  const read = readNames(Function.prototype.toString.call(fn));
  names.set(fn, read);
  return read;
}

/** Options that depend on the arguments ask at every call. */
const names = new WeakMap<AnyFunction, readonly (string | undefined)[]>();

function readNames(source: string): (string | undefined)[] {
  const one = ONE_PARAMETER.exec(source)?.[1];
  if (one) return [one];
  const list = PARAMETERS.exec(source)?.[1];
  // Commas within a destructured or defaulted parameter would shift the names.
  if (list === undefined || /[{[`'"]/.test(list)) return [];
  return list.split(',').map((parameter) => NAME.exec(parameter)?.[1]);
}
