import type { Server, StackQuery } from './dashboard-queries.ts';
import { fillIn, startsFromTrace, type Filling } from './fill-in.ts';
import { mayBeSilent } from './may-be-empty.ts';
import type { Answer, Ask } from './servers.ts';

export interface Outcome {
  readonly query: StackQuery;
  readonly status: 'data' | 'empty, and may be' | 'empty' | 'error' | 'skipped';
  /** How many series, lines or rows; what went wrong; why it may be empty. */
  readonly note: string;
}

/** The servers that there are; what asks another one is skipped, and said to be. */
export type Servers = Partial<Readonly<Record<Server, Ask>>>;

/**
 * Asks every query of its server. Values of variables are found first: panels need them. Links start
 * from the trace that a link before them found.
 */
export async function check(
  queries: readonly StackQuery[],
  servers: Servers,
  filling: Filling,
): Promise<Outcome[]> {
  const known = new Map<string, Record<string, readonly string[]>>();
  const outcomes: Outcome[] = [];
  let { trace } = filling;
  const variablesFirst = queries.toSorted(
    (a, b) => Number(b.kind === 'variable') - Number(a.kind === 'variable'),
  );
  for (const query of variablesFirst) {
    const [dashboard = ''] = query.where.split(' / ');
    const variables = known.get(dashboard) ?? { ...filling.variables };
    known.set(dashboard, variables);
    const { outcome, answer } = await one(query, servers, { ...filling, variables, trace });
    outcomes.push(outcome);
    trace = answer?.trace ?? trace;
    const name = / variable (\w+)$/.exec(query.where)?.[1];
    if (name && answer) variables[name] = answer.values ?? [answer.sample];
  }
  return outcomes;
}

async function one(
  query: StackQuery,
  servers: Servers,
  filling: Filling,
): Promise<{ readonly outcome: Outcome; readonly answer?: Answer }> {
  const ask = servers[query.server];
  if (!ask) return { outcome: { query, status: 'skipped', note: `no ${query.server} given` } };
  if (!filling.trace && startsFromTrace(query.text)) {
    return { outcome: { query, status: 'skipped', note: 'no trace was found' } };
  }
  try {
    const answer = await ask(fillIn(query.text, filling), query.instant);
    if (answer.count > 0) {
      const note = `${answer.count} (${answer.sample.slice(0, 40)})`;
      return { outcome: { query, status: 'data', note }, answer };
    }
    const reason = mayBeSilent(query.kind, query.where);
    return {
      outcome: reason
        ? { query, status: 'empty, and may be', note: reason }
        : { query, status: 'empty', note: fillIn(query.text, filling) },
    };
  } catch (error) {
    return { outcome: { query, status: 'error', note: String(error) } };
  }
}
