import type { Load } from './load.ts';

/** The rows of the README's table, printed as they are found. */
export class FaultTable {
  readonly #rows: string[] = [];

  add(fault: string, load: Load, lost: readonly string[]): void {
    const seen = [...load.statuses]
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([status, count]) => `${count} × ${status}`)
      .join(', ');
    const longest = `${(load.longestMs / 1000).toFixed(1)} s`;
    const acknowledged = `${lost.length} of ${load.acknowledged.length}`;
    this.#rows.push(`| ${fault} | ${seen} | ${longest} | ${acknowledged} |`);
  }

  print(): void {
    const head = '| fault | answers | longest | acknowledged and lost |\n| --- | --- | --- | --- |';
    process.stdout.write(`\n${head}\n${this.#rows.join('\n')}\n\n`);
  }
}
