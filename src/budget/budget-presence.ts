import type { DataSource } from 'typeorm';

/** How long another process may not have seen the first budget yet. */
const LOOK_AGAIN_MS = 1_000;

/**
 * Whether there is any budget at all, so that calls cost nothing extra where there is none. Where
 * there is one, every call asks the database, which knows each change at once.
 */
export class BudgetPresence {
  #any: boolean | undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #looking: Promise<boolean> | undefined;

  constructor(private readonly dataSource: DataSource) {}

  async any(): Promise<boolean> {
    if (this.#any !== undefined && performance.now() - this.#lookedAt < LOOK_AGAIN_MS) {
      return this.#any;
    }
    this.#looking ??= this.#look().finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  /** Budgets were changed here: look at once. */
  changed(): void {
    this.#any = undefined;
  }

  async #look(): Promise<boolean> {
    const lookedAt = performance.now();
    const [row]: Array<{ any: boolean }> = await this.dataSource.query(
      `SELECT EXISTS (SELECT FROM budget WHERE source <> 'run') AS any`,
    );
    this.#any = row?.any ?? false;
    this.#lookedAt = lookedAt;
    return this.#any;
  }
}
