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
  #changes = 0;

  constructor(private readonly dataSource: DataSource) {}

  async any(): Promise<boolean> {
    if (this.#any !== undefined && performance.now() - this.#lookedAt < LOOK_AGAIN_MS) {
      return this.#any;
    }
    this.#looking ??= this.#look();
    return this.#looking;
  }

  /** Budgets were changed here: look at once. */
  changed(): void {
    this.#any = undefined;
    // A look that is under way may have been too early.
    this.#looking = undefined;
    this.#changes += 1;
  }

  async #look(): Promise<boolean> {
    const lookedAt = performance.now();
    const changes = this.#changes;
    try {
      const any = await this.#ask();
      if (changes === this.#changes) {
        this.#any = any;
        this.#lookedAt = lookedAt;
      }
      return any;
    } finally {
      if (changes === this.#changes) this.#looking = undefined;
    }
  }

  async #ask(): Promise<boolean> {
    const [row]: Array<{ any: boolean }> = await this.dataSource.query(
      `SELECT EXISTS (SELECT FROM budget WHERE source <> 'run') AS any`,
    );
    return row?.any ?? false;
  }
}
