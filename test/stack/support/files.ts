import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

/** The repository's root. */
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** A file of the repository as text. */
export function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** A YAML file of the repository. A mistake in its form, e.g. a key twice, is thrown. */
export function readYaml(path: string): unknown {
  return parse(read(path), { merge: true });
}
