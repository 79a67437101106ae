import { spawnSync } from 'node:child_process';
import { ROOT } from './files.js';

/**
 * Runs promtool in the repository's root and gives all that it said.
 *
 * @throws Error when it found a fault, or when there is no promtool, with the command that installs it.
 */
export function promtool(...words: string[]): string {
  const { error, status, stdout, stderr } = spawnSync('promtool', words, {
    cwd: ROOT,
    encoding: 'utf8',
  });
  if (error) {
    throw new Error(
      'These checks need promtool: apt-get install --no-install-recommends prometheus',
      {
        cause: error,
      },
    );
  }
  const said = stdout + stderr;
  if (status !== 0) throw new Error(`promtool ${words.join(' ')}\n${said}`);
  return said;
}
