/** The value of a label whose own would be one too many. */
export const OTHER = 'other';

/**
 * Names that callers choose, as values of a label: the first so many are told apart, the rest share
 * one value. Whoever sends ten thousand names does not make ten thousand series.
 */
export class BoundedNames {
  readonly #names = new Set<string>();

  constructor(private readonly most: number) {}

  label(name: string): string {
    if (this.#names.has(name)) return name;
    if (this.#names.size >= this.most) return OTHER;
    this.#names.add(name);
    return name;
  }
}
