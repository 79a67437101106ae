/** One kind of text that may not leave the process. */
export interface RedactionRule {
  /** Stands in the text's place, as `[redacted:<name>]`. */
  readonly name: string;
  /** Global, and linear: every quantifier is bounded, or stands where no other match can begin. */
  readonly pattern: RegExp;
  /** A text without it is not searched: a word costs less to look for than a pattern. */
  readonly hint?: string;
  /**
   * How much of the match, from its start, is to go; 0 lets it stand, a negative number lets so many
   * characters stand in which nothing else can begin. Default: all of it.
   */
  readonly extent?: (match: string) => number;
}

/** Keeps a match only where the check says so. */
export function when(check: (match: string) => boolean): (match: string) => number {
  return (match) => (check(match) ? match.length : 0);
}
