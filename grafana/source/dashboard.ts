import type { Json, JsonObject, Panel, Row } from './model.ts';

const WIDTH = 24;

export interface DashboardOptions {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly variables: readonly JsonObject[];
  /** Where the time picker stands at first, e.g. `now-1h`. */
  readonly from: string;
}

/** A whole dashboard: its panels in reading order, each beside the one before where it fits. */
export function dashboard(options: DashboardOptions, content: ReadonlyArray<Panel | Row>): Json {
  const { uid, title, description, variables, from } = options;
  return {
    uid,
    title,
    description,
    tags: ['spanledger'],
    schemaVersion: 41,
    version: 1,
    editable: false,
    graphTooltip: 1,
    refresh: '30s',
    time: { from, to: 'now' },
    timepicker: {},
    timezone: 'browser',
    annotations: { list: [] },
    links: [
      {
        type: 'dashboards',
        title: 'Spanledger',
        tags: ['spanledger'],
        asDropdown: true,
        keepTime: true,
      },
    ],
    templating: { list: [...variables] },
    panels: placed(content),
  };
}

function placed(content: ReadonlyArray<Panel | Row>): Json {
  let x = 0;
  let y = 0;
  let rowHeight = 0;
  const newLine = () => {
    y += rowHeight;
    x = 0;
    rowHeight = 0;
  };
  return content.map((item, index) => {
    const id = index + 1;
    if ('row' in item) {
      newLine();
      const row = { id, type: 'row', title: item.row, collapsed: false, panels: [] };
      rowHeight = 1;
      const gridPos = { x: 0, y, w: WIDTH, h: 1 };
      newLine();
      return { ...row, gridPos };
    }
    if (x + item.w > WIDTH) newLine();
    const gridPos = { x, y, w: item.w, h: item.h };
    x += item.w;
    rowHeight = Math.max(rowHeight, item.h);
    return { id, title: item.title, gridPos, ...item.json };
  });
}
