import { execFileSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import { read, ROOT } from './files.js';

export interface Stage {
  readonly name: string;
  readonly from: string;
  readonly steps: ReadonlyArray<{ readonly word: string; readonly rest: string }>;
}

/** The stages of our Dockerfile, in order. */
export function stages(): Stage[] {
  const lines = read('Dockerfile')
    .replace(/^#.*\n/gm, '')
    .replaceAll('\\\n', '')
    .split('\n')
    .filter((line) => line !== '');
  const found: Array<Stage & { steps: Array<{ word: string; rest: string }> }> = [];
  for (const line of lines) {
    const [, word = '', rest = ''] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
    const [, from, name] = /^(\S+) AS (\S+)$/.exec(rest) ?? [];
    if (word === 'FROM' && from && name) found.push({ name, from, steps: [] });
    else found.at(-1)?.steps.push({ word, rest });
  }
  return found;
}

/** What `COPY` names and where it puts it; the last word is a folder where there are several. */
export function copies(stage: Stage) {
  return stage.steps
    .filter(({ word }) => word === 'COPY')
    .map(({ rest }) => {
      const words = rest.split(' ');
      const from = words[0]?.startsWith('--from=') ? words.shift()?.slice(7) : undefined;
      const target = words.pop() ?? '';
      return { from, sources: words, target };
    });
}

/** The last value of a stage's instruction, e.g. of `CMD`. */
export function instruction(stage: Stage | undefined, word: string): string | undefined {
  return stage?.steps.findLast((step) => step.word === word)?.rest;
}

/** The patterns that .dockerignore lets in, and those it keeps out again. */
export function context() {
  const lines = read('.dockerignore')
    .split('\n')
    .filter((line) => !/^(#|$)/.test(line));
  return {
    in: lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1)),
    out: lines.filter((line) => !line.startsWith('!')),
  };
}

/**
 * Does what Docker would do for a stage, in a folder instead of an image: copies what the build
 * context has, and runs the commands by this machine's npm and Node.
 *
 * @param folderOf the folder of a stage, whose `/app` it stands for
 */
export function build(stage: Stage, folderOf: (stage: string) => string): void {
  const folder = folderOf(stage.name);
  mkdirSync(folder, { recursive: true });
  const patterns = context().out.filter((line) => line !== '*');
  const ignored = new Set(globSync(patterns, { cwd: ROOT, exclude: ['node_modules'] }));
  for (const { from, sources, target } of copies(stage)) {
    for (const source of sources) {
      const place = sources.length > 1 || target === './' ? join(target, basename(source)) : target;
      if (from) renameSync(join(folderOf(from), source.replace('/app/', '')), join(folder, place));
      else {
        cpSync(join(ROOT, source), join(folder, place), {
          recursive: true,
          filter: (path) => !ignored.has(path.slice(ROOT.length)),
        });
      }
    }
  }
  for (const { word, rest } of stage.steps) {
    if (word !== 'RUN') continue;
    execFileSync('sh', ['-ec', rest], { cwd: folder, stdio: 'pipe', timeout: 240_000 });
  }
}
