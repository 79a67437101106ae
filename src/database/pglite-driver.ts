import { defaults, type Pool, type PoolConfig } from 'pg';
import { PglitePool, type PglitePoolSettings } from './pglite-pool.js';

/** The parts of the `pg` package that TypeORM's PostgreSQL driver asks for. */
export interface PgDriver {
  readonly Pool: new (config: PoolConfig) => Pool;
  readonly defaults: typeof defaults;
}

/** Stands in for `pg` as TypeORM's `driver`: every pool it makes is an embedded database. */
export function pgliteDriver(settings: PglitePoolSettings): PgDriver {
  return {
    defaults,
    // Host, size and time limits of a server mean nothing here, so TypeORM's pool settings are not passed on.
    Pool: class extends PglitePool {
      constructor() {
        super(settings);
      }
    },
  };
}
