/** A line of a panel; a null is a gap. */
export interface Line {
  readonly name: string;
  readonly colour: string;
  readonly points: ReadonlyArray<readonly [x: number, y: number | null]>;
}

export interface Panel {
  readonly title: string;
  readonly lines: readonly Line[];
}

/** Seconds since the load began. */
export type Span = readonly [from: number, until: number];

const WIDTH = 960;
const HEIGHT = 130;
const LEFT = 70;
const TOP = 28;
const GAP = 24;

/** Panels above each other over one axis of seconds, as SVG; the shaded parts are the steps. */
export function plot(
  title: string,
  panels: readonly Panel[],
  seconds: number,
  steps: readonly Span[],
): string {
  const x = (at: number) => LEFT + (at / seconds) * (WIDTH - LEFT - 20);
  const parts = panels.map((panel, n) => {
    const top = 40 + n * (HEIGHT + TOP + GAP) + TOP;
    return drawPanel(panel, top, x, steps);
  });
  const height = 40 + panels.length * (HEIGHT + TOP + GAP) + 30;
  const minutes = Array.from({ length: Math.floor(seconds / 60) + 1 }, (_, n) =>
    text(x(n * 60), height - 22, `${n} min`, 'middle'),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="white"/>
<text x="${LEFT}" y="26" font-size="16">${title}</text>
${[...parts, ...minutes].join('\n')}
</svg>
`;
}

function drawPanel(
  { title, lines }: Panel,
  top: number,
  x: (at: number) => number,
  steps: readonly Span[],
): string {
  const values = lines.flatMap(({ points }) => points.map(([, y]) => y ?? 0));
  const most = roundUp(Math.max(1, ...values));
  const y = (value: number) => top + HEIGHT - (value / most) * HEIGHT;
  const grid = [0, 0.5, 1].map(
    (share) =>
      `<path d="M${LEFT} ${y(most * share)}H${WIDTH - 20}" stroke="#ddd"/>` +
      text(LEFT - 6, y(most * share) + 4, (most * share).toLocaleString('en'), 'end'),
  );
  const drawn = lines.map(
    ({ colour, points }) =>
      `<path d="${path(points, x, y)}" fill="none" stroke="${colour}" stroke-width="1.5"/>`,
  );
  const legend = lines.map(
    ({ name, colour }, n) =>
      `<text x="${WIDTH - 20 - (lines.length - 1 - n) * 130}" y="${top - 8}" text-anchor="end" fill="${colour}">${name}</text>`,
  );
  const shades = steps.map(
    ([from, until]) =>
      `<rect x="${x(from)}" y="${top}" width="${x(until) - x(from)}" height="${HEIGHT}" fill="#fff3e0"/>`,
  );
  return [...shades, text(LEFT, top - 8, title, 'start'), ...grid, ...drawn, ...legend].join('\n');
}

function path(
  points: Line['points'],
  x: (at: number) => number,
  y: (value: number) => number,
): string {
  let pen = 'M';
  return points
    .map(([at, value]) => {
      const command = pen;
      pen = value === null ? 'M' : 'L';
      return value === null ? '' : `${command}${x(at).toFixed(1)} ${y(value).toFixed(1)}`;
    })
    .join('');
}

/** 1, 2 or 5 times a power of ten, and no less. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5, 10].find((times) => times * power >= value) ?? 10) * power;
}

function text(x: number, y: number, content: string, anchor: string): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="#444">${content}</text>`;
}
