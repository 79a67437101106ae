/** The parts of Grafana's classic dashboard JSON (schema version 41) that are used here. */
export type Json =
  string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

export interface Size {
  readonly w: number;
  readonly h: number;
}

/** A panel without its place: {@link dashboard} gives it one, and an id. */
export interface Panel extends Size {
  readonly title: string;
  readonly json: JsonObject;
}

/** Headings of groups of panels. */
export interface Row {
  readonly row: string;
}

const PROMETHEUS = { type: 'prometheus', uid: 'prometheus' };
const LOKI = { type: 'loki', uid: 'loki' };
const LEDGER = { type: 'grafana-postgresql-datasource', uid: 'ledger' };

/** One query of Prometheus and what its lines are called. */
export interface Query {
  readonly expr: string;
  readonly legend?: string;
  /** Marks single requests whose traces can be opened. */
  readonly exemplars?: boolean;
}

export interface PanelOptions extends Partial<Size> {
  readonly title: string;
  /** What it answers, shown behind the panel's "i". */
  readonly description: string;
  /** Grafana's unit, e.g. `s`, `bytes`, `currencyUSD`, `percentunit`. */
  readonly unit?: string;
  readonly decimals?: number;
  /** Shown where there is nothing to show, and why. */
  readonly noValue?: string;
  /** From which value on it is yellow, and from which red. */
  readonly warnAt?: number;
  readonly alarmAt?: number;
  /** Of one number: what is shown. Default: its value, with its name where there are several. */
  readonly textMode?: 'value' | 'name' | 'value_and_name';
}

function targets(queries: readonly Query[], instant: boolean): Json {
  return queries.map(({ expr, legend, exemplars = false }, index) => ({
    refId: String.fromCodePoint(65 + index),
    datasource: PROMETHEUS,
    expr,
    legendFormat: legend ?? '__auto',
    instant,
    range: !instant,
    exemplar: exemplars,
  }));
}

function defaults(options: PanelOptions, custom: JsonObject = {}): JsonObject {
  const { unit = 'short', decimals, noValue = 'nothing in this time', warnAt, alarmAt } = options;
  const steps = [
    { color: 'green', value: null },
    ...(warnAt === undefined ? [] : [{ color: 'yellow', value: warnAt }]),
    ...(alarmAt === undefined ? [] : [{ color: 'red', value: alarmAt }]),
  ];
  return {
    unit,
    ...(decimals !== undefined && { decimals }),
    noValue,
    color: { mode: steps.length > 1 ? 'thresholds' : 'palette-classic' },
    thresholds: { mode: 'absolute', steps },
    custom,
  };
}

/** One number. */
export function stat(options: PanelOptions, ...queries: Query[]): Panel {
  const { title, description, w = 4, h = 4 } = options;
  return {
    title,
    w,
    h,
    json: {
      type: 'stat',
      description,
      datasource: PROMETHEUS,
      targets: targets(queries, true),
      fieldConfig: { defaults: defaults(options), overrides: [] },
      options: {
        reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
        colorMode: 'value',
        graphMode: 'none',
        textMode: options.textMode ?? (queries.length > 1 ? 'value_and_name' : 'value'),
      },
    },
  };
}

/** Lines over time, with the last and the highest value of each beside them. */
export function timeseries(
  options: PanelOptions & { readonly stacked?: boolean },
  ...queries: Query[]
): Panel {
  const { title, description, w = 12, h = 8, stacked = false } = options;
  const custom = {
    lineWidth: 1,
    fillOpacity: stacked ? 40 : 10,
    showPoints: 'never',
    stacking: { mode: stacked ? 'normal' : 'none', group: 'A' },
  };
  const base = defaults(options, custom);
  return {
    title,
    w,
    h,
    json: {
      type: 'timeseries',
      description,
      datasource: PROMETHEUS,
      targets: targets(queries, false),
      fieldConfig: { defaults: { ...base, color: { mode: 'palette-classic' } }, overrides: [] },
      options: {
        legend: { displayMode: 'table', placement: 'bottom', calcs: ['lastNotNull', 'max'] },
        tooltip: { mode: 'multi', sort: 'desc' },
      },
    },
  };
}

/** Bars of the values at the end of the time, the longest first. */
export function bars(options: PanelOptions, ...queries: Query[]): Panel {
  const { title, description, w = 8, h = 8 } = options;
  return {
    title,
    w,
    h,
    json: {
      type: 'bargauge',
      description,
      datasource: PROMETHEUS,
      targets: targets(
        queries.map((query) => ({ ...query, expr: `sort_desc(${query.expr})` })),
        true,
      ),
      fieldConfig: {
        defaults: { ...defaults(options), color: { mode: 'continuous-blues' }, min: 0 },
        overrides: [],
      },
      options: {
        orientation: 'horizontal',
        displayMode: 'gradient',
        reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
      },
    },
  };
}

/** Lines of the log. */
export function logs(options: PanelOptions, expr: string): Panel {
  const { title, description, w = 24, h = 10 } = options;
  return {
    title,
    w,
    h,
    json: {
      type: 'logs',
      description,
      datasource: LOKI,
      targets: [{ refId: 'A', datasource: LOKI, expr, queryType: 'range', maxLines: 200 }],
      fieldConfig: { defaults: {}, overrides: [] },
      options: {
        showTime: true,
        wrapLogMessage: true,
        enableLogDetails: true,
        prettifyLogMessage: false,
        sortOrder: 'Descending',
        dedupStrategy: 'none',
      },
    },
  };
}

/** Numbers that Loki counts from the log. */
export function logRate(options: PanelOptions, expr: string, legend: string): Panel {
  const panel = timeseries({ ...options, stacked: true });
  const target = { refId: 'A', datasource: LOKI, expr, queryType: 'range', legendFormat: legend };
  return { ...panel, json: { ...panel.json, datasource: LOKI, targets: [target] } };
}

/** A link in the cells of a column. */
export interface CellLink {
  readonly column: string;
  readonly title: string;
  readonly url: string;
}

/** Units of the columns that are not plain. */
export type ColumnUnits = Readonly<Record<string, string>>;

export interface SqlOptions extends PanelOptions {
  readonly links?: readonly CellLink[];
  readonly units?: ColumnUnits;
}

/** A table of what SQL finds in the ledger. */
export function sqlTable(options: SqlOptions, sql: string): Panel {
  const { title, description, w = 24, h = 9, links = [], units = {} } = options;
  const overrides = [
    ...Object.entries(units).map(([column, unit]) => ({
      matcher: { id: 'byName', options: column },
      properties: [{ id: 'unit', value: unit }],
    })),
    ...links.map(({ column, title: text, url }) => ({
      matcher: { id: 'byName', options: column },
      properties: [{ id: 'links', value: [{ title: text, url, targetBlank: false }] }],
    })),
  ];
  return {
    title,
    w,
    h,
    json: {
      type: 'table',
      description,
      datasource: LEDGER,
      targets: [sqlTarget(sql, 'table')],
      fieldConfig: { defaults: defaults(options, { align: 'auto', filterable: true }), overrides },
      options: { showHeader: true, cellHeight: 'sm' },
    },
  };
}

/** One number of the ledger. */
export function sqlStat(options: PanelOptions, sql: string): Panel {
  const panel = stat(options);
  return {
    ...panel,
    json: { ...panel.json, datasource: LEDGER, targets: [sqlTarget(sql, 'table')] },
  };
}

/** Columns of the ledger as bars: a label and a number in each row. */
export function sqlBars(options: PanelOptions, sql: string): Panel {
  const { title, description, w = 12, h = 8 } = options;
  return {
    title,
    w,
    h,
    json: {
      type: 'barchart',
      description,
      datasource: LEDGER,
      targets: [sqlTarget(sql, 'table')],
      fieldConfig: {
        defaults: defaults(options, { fillOpacity: 60, lineWidth: 1 }),
        overrides: [],
      },
      options: {
        legend: { showLegend: false, displayMode: 'list', placement: 'bottom' },
        xTickLabelRotation: 0,
      },
    },
  };
}

function sqlTarget(sql: string, format: 'table' | 'time_series'): JsonObject {
  const rawSql = sql.replace(/\s+/g, ' ').trim();
  return { refId: 'A', datasource: LEDGER, format, rawQuery: true, rawSql, editorMode: 'code' };
}
