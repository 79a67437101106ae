/**
 * First come, first served, by name, within this process: callers of one name queue here
 * instead of racing each other for the row in the database.
 */
export class Turnstile {
  readonly #tails = new Map<string, Promise<void>>();

  /** Resolves when all earlier callers of this name have left; call the result to leave. */
  async enter(name: string): Promise<() => void> {
    const before = this.#tails.get(name);
    const { promise: left, resolve: leave } = Promise.withResolvers<void>();
    const tail = before ? before.then(() => left) : left;
    this.#tails.set(name, tail);
    await before;
    return () => {
      if (this.#tails.get(name) === tail) this.#tails.delete(name);
      leave();
    };
  }
}
