import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export type Server = 'prometheus' | 'loki' | 'tempo' | 'ledger';

/** A query of a dashboard, a variable or an alert, as it stands in its file. */
export interface StackQuery {
  /** Dashboard and panel, or the file and the alert. */
  readonly where: string;
  readonly server: Server;
  readonly text: string;
  readonly kind: 'panel' | 'variable' | 'alert' | 'record' | 'link';
  /** A panel of one number asks for this moment, the others for a time. */
  readonly instant: boolean;
}

interface Target {
  readonly refId: string;
  readonly datasource: { readonly uid: Server };
  readonly expr?: string;
  readonly rawSql?: string;
  readonly instant?: boolean;
}

export interface DashboardFile {
  readonly uid: string;
  readonly schemaVersion: number;
  readonly title: string;
  readonly panels: ReadonlyArray<{
    readonly id: number;
    readonly title: string;
    readonly type: string;
    readonly gridPos: Readonly<Record<'x' | 'y' | 'w' | 'h', number>>;
    readonly datasource?: { readonly uid: Server; readonly type: string };
    readonly targets?: readonly Target[];
    readonly fieldConfig?: { readonly defaults: object; readonly overrides: readonly object[] };
    readonly options?: object;
  }>;
  readonly templating: { readonly list: readonly Variable[] };
}

export interface Variable {
  readonly name: string;
  readonly type: string;
  readonly datasource?: { readonly uid: Server };
  readonly definition?: string;
  readonly multi?: boolean;
  readonly includeAll?: boolean;
  /** What "All" is in a query, instead of a list of all there are. */
  readonly allValue?: string;
  /** 2: not shown. */
  readonly hide?: number;
}

/** Every dashboard of the repository by its file. */
export function readDashboards(root: string): Map<string, DashboardFile> {
  const folder = join(root, 'grafana/dashboards');
  const files = globSync('*/*.json', { cwd: folder }).toSorted();
  return new Map(
    files.map((file) => [
      file,
      JSON.parse(readFileSync(join(folder, file), 'utf8')) as DashboardFile,
    ]),
  );
}

/** Everything that the stack's files ask of its servers. */
export function readQueries(root: string): StackQuery[] {
  const ofDashboards = [...readDashboards(root).values()].flatMap((dashboard) => [
    ...dashboard.templating.list.flatMap((variable) => ofVariable(dashboard.title, variable)),
    ...dashboard.panels.flatMap(({ title, targets = [] }) =>
      targets.map(({ datasource, expr, rawSql, instant = false }) => ({
        where: `${dashboard.title} / ${title}`,
        server: datasource.uid,
        text: expr ?? rawSql ?? '',
        kind: 'panel' as const,
        instant,
      })),
    ),
  ]);
  return [...ofDashboards, ...ofRules(root)];
}

function ofVariable(dashboard: string, variable: Variable): StackQuery[] {
  const { name, datasource, definition } = variable;
  if (!datasource || definition === undefined) return [];
  const where = `${dashboard} / variable ${name}`;
  return [{ where, server: datasource.uid, text: definition, kind: 'variable', instant: true }];
}

interface RuleFile {
  readonly groups: ReadonlyArray<{
    readonly rules: ReadonlyArray<{ alert?: string; record?: string; expr: string }>;
  }>;
}

function ofRules(root: string): StackQuery[] {
  const files = globSync('prometheus/rules/*.rules.yml', { cwd: root }).toSorted();
  return files.flatMap((file) => {
    const { groups } = parse(readFileSync(join(root, file), 'utf8')) as RuleFile;
    return groups.flatMap(({ rules }) =>
      rules.map(({ alert, record, expr }) => ({
        where: `${file} / ${alert ?? record}`,
        server: 'prometheus' as const,
        text: expr,
        kind: alert ? ('alert' as const) : ('record' as const),
        instant: true,
      })),
    );
  });
}
