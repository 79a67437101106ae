export interface GroupCommitOptions<Item> {
  /** Commits all of the items or none. */
  readonly commit: (items: readonly Item[]) => Promise<void>;
  /** Whether a failure is one item's fault, so that the others of its group deserve a try. */
  readonly isItemFault: (error: unknown) => boolean;
}

/** More than this in one statement gains nothing and delays the first of them. */
const LARGEST_GROUP = 500;

interface Waiting<Item> {
  readonly item: Item;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
  readonly since: number;
}

/**
 * Makes many small commits into few large ones.
 *
 * While one group is being committed, further callers wait and form the next group: nobody waits
 * for a timer, and under load a commit carries as many items as came in meanwhile. Each caller
 * waits for its own item's commit. When a group fails for the sake of one item, all are tried one
 * by one, so that what the database refuses fails its own caller alone.
 */
export class GroupCommit<Item> {
  #queue: Waiting<Item>[] = [];
  #group: readonly Waiting<Item>[] = [];
  #running: Promise<void> | undefined;

  constructor(private readonly options: GroupCommitOptions<Item>) {}

  /** Resolves when the item is committed. */
  add(item: Item): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ item, resolve, reject, since: performance.now() });
      this.#running ??= this.#run();
    });
  }

  /** How many items wait for their commit. */
  get waiting(): number {
    return this.#queue.length + this.#group.length;
  }

  /** How long the oldest of them has waited, milliseconds; 0 when none does. */
  get lagMs(): number {
    const [oldest = this.#queue[0]] = this.#group;
    return oldest ? performance.now() - oldest.since : 0;
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    // Callers of the same turn of the event loop join the first group.
    await Promise.resolve();
    while (this.#queue.length > 0) {
      this.#group = this.#queue.splice(0, LARGEST_GROUP);
      await this.#settle(this.#group);
      this.#group = [];
    }
    this.#running = undefined;
  }

  async #settle(group: ReadonlyArray<Waiting<Item>>): Promise<void> {
    try {
      await this.options.commit(group.map(({ item }) => item));
      for (const { resolve } of group) resolve();
    } catch (error) {
      if (group.length > 1 && this.options.isItemFault(error)) {
        for (const single of group) await this.#settle([single]);
      } else {
        for (const { reject } of group) reject(error);
      }
    }
  }
}
