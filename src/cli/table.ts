export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => string;
  /** Numbers stand under each other by their last digits. Default: left. */
  readonly align?: 'right';
}

/** Rows under their heads, as wide as they need be. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const lines = [
    columns.map(({ head }) => head),
    ...rows.map((row) => columns.map(({ cell }) => visible(cell(row)))),
  ];
  const widths = columns.map((_, n) => Math.max(...lines.map((line) => line[n]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((text, n) => {
          const width = widths[n] ?? 0;
          return columns[n]?.align ? text.padStart(width) : text.padEnd(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const EIGHTHS = ' ▏▎▍▌▋▊▉';

/** A bar of so many character cells at most, to an eighth of one. */
export function bar(value: number, most: number, cells: number): string {
  if (!(value > 0) || !(most > 0)) return '';
  const eighths = Math.max(1, Math.round((value / most) * cells * 8));
  return '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '').trim();
}

/** Ids come from callers: nothing in them may move the cursor. */
function visible(text: string): string {
  return text.replace(/\p{C}/gu, '�');
}
