/** Instead of a folder. */
export const IN_MEMORY = 'memory://';

/** Where the ledger lives and how patient the service is with it. All times in milliseconds. */
export interface DatabaseSettings {
  /** `postgres://user:password@host:port/database`. Absent: the embedded database in {@link dataDir}. */
  readonly url?: string;
  /**
   * Folder of the embedded database, made when missing. It will hold `pglite/` (the data), `lock`
   * and `lock.owner`. {@link IN_MEMORY} keeps everything in memory and locks nothing.
   */
  readonly dataDir: string;
  /** PostgreSQL connections of this process. The embedded database always has one. @default 10 */
  readonly poolSize?: number;
  /** How long a caller waits for a PostgreSQL connection, new or from the pool. @default 5_000 */
  readonly connectTimeoutMs?: number;
  /** PostgreSQL stops a statement that runs longer. @default 30_000 */
  readonly statementTimeoutMs?: number;
  /**
   * A transaction in which nothing has happened for this long is rolled back. In the embedded
   * database the same limit ends the loan of its one session. @default 30_000
   */
  readonly idleInTransactionTimeoutMs?: number;
}

/**
 * `embedded`: PGlite in `dataDir`, for one process. What is committed survives the death of the
 * process, but not of the machine: PGlite leaves it to the system when to write to the disk.
 *
 * `postgres`: a server, for any number of processes and hosts.
 */
export type DatabaseKind = 'embedded' | 'postgres';
