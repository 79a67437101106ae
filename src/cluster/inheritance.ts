import cluster from 'node:cluster';

/** After stdin, stdout, stderr and the channel to the supervisor. */
const FIRST_DESCRIPTOR = 4;
const COUNT_VARIABLE = 'SPANLEDGER_PORT_SOCKETS';

/** Starts workers with these descriptors open, from now on; gives what to put into their environment. */
export function bequeath(descriptors: readonly number[]): Record<string, string> {
  cluster.setupPrimary({ stdio: ['inherit', 'inherit', 'inherit', 'ipc', ...descriptors] });
  return { [COUNT_VARIABLE]: String(descriptors.length) };
}

/** What the supervisor of this worker left it: listening sockets of the service's port. */
export function inheritedDescriptors(): number[] {
  if (!cluster.isWorker) return [];
  const length = Number(process.env[COUNT_VARIABLE] ?? 0);
  return Array.from({ length }, (_, n) => FIRST_DESCRIPTOR + n);
}
