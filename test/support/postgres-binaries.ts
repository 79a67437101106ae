import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = '/usr/lib/postgresql';

/**
 * Folder of the newest PostgreSQL's programs, where Debian and Ubuntu put them.
 *
 * @throws Error when there is none, with the command that installs it.
 */
export function postgresBinaries(): string {
  const newest = versions().toSorted((a, b) => Number(b) - Number(a))[0];
  if (!newest) throw new Error(`No PostgreSQL server in ${ROOT}: apt-get install postgresql`);
  return join(ROOT, newest, 'bin');
}

export function postgresInstalled(): boolean {
  return versions().length > 0;
}

function versions(): string[] {
  const folders = existsSync(ROOT) ? readdirSync(ROOT) : [];
  return folders.filter((version) => existsSync(join(ROOT, version, 'bin', 'postgres')));
}

/** Whom the server runs as: it refuses to run as root. Empty when this process is not root. */
export function serverUser(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const users = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = users.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
    if (uid && gid) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error('PostgreSQL does not run as root, and there is no user postgres or nobody');
}
