/** Locks the folder in its argument until it is killed; prints `held`, or why it cannot. */
import { lockFolder } from '../folder-lock.js';

try {
  lockFolder(process.argv[2] ?? '');
  process.stdout.write('held\n');
  setInterval(() => undefined, 60_000);
} catch (error) {
  process.stdout.write(`${String(error)}\n`);
}
