/** Who hears of one kind of event. */
export interface ProcessListeners<Event> {
  /** @returns a function that ends the listening */
  add(listener: (event: Event) => void): () => void;
  tell(event: Event): void;
  /** Whether anybody listens. */
  any(): boolean;
}

/**
 * The listeners of this process, by a name. On the process, not the module: two copies of this
 * package must share them.
 */
export function processListeners<Event>(name: string): ProcessListeners<Event> {
  const key = Symbol.for(name);
  const all = (): Set<(event: Event) => void> => {
    const holder = globalThis as Record<symbol, Set<(event: Event) => void> | undefined>;
    return (holder[key] ??= new Set());
  };
  return {
    add(listener) {
      all().add(listener);
      return () => all().delete(listener);
    },
    tell(event) {
      for (const listener of all()) listener(event);
    },
    any: () => all().size > 0,
  };
}
