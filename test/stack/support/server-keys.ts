import { readYaml } from './files.js';

type Known = Readonly<Record<string, readonly string[] | 'any'>>;
const KNOWN = readYaml('test/stack/server-keys.yaml') as Readonly<Record<string, Known>>;

/** One key of a configuration, and the path of the block that it is in; '' is the file itself. */
export interface Key {
  readonly block: string;
  readonly key: string;
}

/** Every key of ours that the server does not know, as a path. */
export function unknownKeys(server: 'tempo' | 'loki' | 'alloy', keys: readonly Key[]): string[] {
  const known = KNOWN[server] ?? {};
  return keys
    .filter(({ block, key }) => known[block] !== 'any' && !known[block]?.includes(key))
    .map(({ block, key }) => (block ? `${block}.${key}` : key));
}

/** All keys of a YAML file, at every depth. */
export function keysOfYaml(value: unknown, block = ''): Key[] {
  if (Array.isArray(value)) return value.flatMap((item) => keysOfYaml(item, block));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    { block, key },
    ...keysOfYaml(inner, block ? `${block}.${key}` : key),
  ]);
}

/**
 * All blocks and arguments of an Alloy configuration, one a line as its formatter writes them. What
 * is inside a map, which begins with `= {`, are names of our own.
 */
export function keysOfAlloy(text: string): Key[] {
  // Neither comments nor strings have braces that count.
  const code = text.replace(/`[^`]*`|"(?:\\.|[^"\\])*"/g, '""').replace(/\/\/.*$/gm, '');
  const keys: Key[] = [];
  const open: Array<string | undefined> = [];
  for (const line of code.split('\n').map((one) => one.trim())) {
    const block = open.join('.');
    const inMap = open.includes(undefined);
    const [, name, sign] = /^([a-z][\w.]*)\s*(=|""\s*\{|\{)/.exec(line) ?? [];
    if (name && !inMap) keys.push({ block, key: name });
    else if (line !== '' && !/^[}\])]/.test(line) && !inMap) throw new Error(`What is: ${line}`);
    const depth = line.split(/[{[]/).length - line.split(/[}\]]/).length;
    if (depth > 0) open.push(sign === '=' || inMap ? undefined : name);
    if (depth < 0) open.pop();
  }
  return keys;
}
