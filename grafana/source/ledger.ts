import { dashboard } from './dashboard.ts';
import { sqlBars, sqlStat, sqlTable } from './model.ts';
import { sqlVariable } from './variables.ts';

const USD = 'currencyUSD';
/** Picodollars to USD; unpriced calls have no cost, and add nothing. */
const COST = 'coalesce(sum(cost_total), 0) / 1e12';
const IN_TIME = '$__timeFilter(started_at)';

/** Grafana puts the cell's text here. */
const VALUE = '${__value.text}';
const CONVERSATION = '${conversation:sqlstring}';
const WORKFLOW = '${workflow:sqlstring}';

/** A link to Explore with one query, in which `VALUE` is filled in after it is encoded. */
function explore(type: string, query: object): string {
  const datasource = { type, uid: type };
  const pane = {
    datasource: type,
    queries: [{ refId: 'A', datasource, ...query }],
    range: { from: 'now-7d', to: 'now' },
  };
  const panes = encodeURIComponent(JSON.stringify({ pane }));
  return `/explore?schemaVersion=1&panes=${panes.replaceAll(encodeURIComponent(VALUE), VALUE)}`;
}

const TRACE = {
  title: 'Open the trace',
  url: explore('tempo', { queryType: 'traceql', query: VALUE }),
};
const LOGS = {
  title: 'Open its log lines',
  url: explore('loki', { expr: `{service=~".+"} |= "${VALUE}"` }),
};
const self = (variable: string) => ({
  title: 'Look at this one',
  url: `/d/spanledger-ledger?var-${variable}=${VALUE}&\${__url_time_range}`,
});

/** Who spends what: from the ledger itself, to the cent. */
export const ledger = dashboard(
  {
    uid: 'spanledger-ledger',
    title: 'Conversations and workflows',
    description: 'Who spends what: from the ledger itself, exact',
    from: 'now-24h',
    variables: [
      sqlVariable(
        'conversation',
        'Conversation',
        `SELECT conversation_id FROM ledger_current WHERE conversation_id IS NOT NULL AND ${IN_TIME} GROUP BY 1 ORDER BY max(started_at) DESC LIMIT 200`,
      ),
      sqlVariable(
        'workflow',
        'Workflow run',
        `SELECT workflow_id FROM ledger_current WHERE workflow_id IS NOT NULL AND ${IN_TIME} GROUP BY 1 ORDER BY max(started_at) DESC LIMIT 200`,
      ),
    ],
  },
  [
    sqlStat(
      { title: 'Spent', description: 'USD in this time', unit: USD, decimals: 6, w: 6 },
      `SELECT ${COST} AS usd FROM ledger_current WHERE ${IN_TIME}`,
    ),
    sqlStat(
      {
        title: 'Not wholly known',
        description: 'Calls that are unpriced or partial, in this time',
        warnAt: 1,
        w: 6,
      },
      `SELECT count(*) AS calls FROM ledger_current WHERE ${IN_TIME} AND cost_status IN ('unpriced', 'partial')`,
    ),
    sqlStat(
      { title: 'Conversations', description: 'With a call in this time', w: 6 },
      `SELECT count(DISTINCT conversation_id) AS conversations FROM ledger_current WHERE ${IN_TIME}`,
    ),
    sqlStat(
      { title: 'Workflow runs', description: 'With a call in this time', w: 6 },
      `SELECT count(DISTINCT workflow_id) AS runs FROM ledger_current WHERE ${IN_TIME}`,
    ),
    sqlTable(
      {
        title: 'Users who spend most',
        description: 'The first twenty',
        w: 12,
        units: { usd: USD },
        noValue: 'no call names a user in this time',
      },
      `SELECT user_id AS "user", ${COST} AS usd, count(*) AS calls,
         sum(input_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens) AS tokens_in,
         sum(output_tokens + reasoning_tokens) AS tokens_out
       FROM ledger_current WHERE ${IN_TIME} AND user_id IS NOT NULL GROUP BY 1 ORDER BY 2 DESC LIMIT 20`,
    ),
    sqlTable(
      {
        title: 'Conversations that cost most',
        description: 'The first twenty; a click looks at one',
        w: 12,
        units: { usd: USD },
        links: [{ column: 'conversation', ...self('conversation') }],
      },
      `SELECT conversation_id AS conversation, ${COST} AS usd, count(*) AS calls, max(turn_number) AS turns
       FROM ledger_current WHERE ${IN_TIME} AND conversation_id IS NOT NULL GROUP BY 1 ORDER BY 2 DESC LIMIT 20`,
    ),
    sqlBars(
      { title: 'Cost of a conversation', description: 'How many conversations cost how much' },
      `WITH each AS (SELECT ${COST} AS usd FROM ledger_current
         WHERE ${IN_TIME} AND conversation_id IS NOT NULL GROUP BY conversation_id)
       SELECT CASE WHEN usd < 0.001 THEN 'under 0.001 USD' WHEN usd < 0.01 THEN 'under 0.01 USD'
         WHEN usd < 0.1 THEN 'under 0.1 USD' WHEN usd < 1 THEN 'under 1 USD' ELSE '1 USD and more' END AS cost,
         count(*) AS conversations FROM each GROUP BY 1 ORDER BY min(usd)`,
    ),
    sqlBars(
      {
        title: 'Turns of a conversation',
        description: 'How many conversations have how many turns',
      },
      `WITH each AS (SELECT max(turn_number) AS turns FROM ledger_current
         WHERE ${IN_TIME} AND turn_number IS NOT NULL GROUP BY conversation_id)
       SELECT turns::text AS turns, count(*) AS conversations FROM each GROUP BY each.turns ORDER BY each.turns LIMIT 30`,
    ),
    sqlTable(
      {
        title: 'Workflow types',
        description: 'Runs, what they cost, and how many failed',
        w: 12,
        units: { usd: USD, usd_per_run: USD, mean_seconds: 's' },
      },
      `SELECT r.type, count(*) AS runs, count(*) FILTER (WHERE r.status = 'failed') AS failed,
         sum(e.usd) AS usd, avg(e.usd) AS usd_per_run,
         avg(extract(epoch FROM r.ended_at - r.started_at)) AS mean_seconds
       FROM workflow_run r LEFT JOIN LATERAL (SELECT ${COST} AS usd FROM ledger_current
         WHERE workflow_id = r.id) e ON true
       WHERE $__timeFilter(r.started_at) GROUP BY 1 ORDER BY 4 DESC NULLS LAST LIMIT 50`,
    ),
    sqlTable(
      {
        title: 'Workflow runs that cost most',
        description: 'The first twenty; a click looks at one',
        w: 12,
        units: { usd: USD },
        links: [{ column: 'workflow', ...self('workflow') }],
      },
      `SELECT workflow_id AS workflow, max(workflow_type) AS type, ${COST} AS usd, count(*) AS calls
       FROM ledger_current WHERE ${IN_TIME} AND workflow_id IS NOT NULL GROUP BY 1 ORDER BY 3 DESC LIMIT 20`,
    ),
    { row: 'One conversation: $conversation' },
    sqlTable(
      {
        title: 'Its calls',
        description: 'A click on the trace opens it, one on the conversation its log lines',
        units: { usd: USD, ms: 'ms' },
        links: [
          { column: 'trace', ...TRACE },
          { column: 'conversation', ...LOGS },
        ],
        noValue: 'choose a conversation above',
      },
      `SELECT started_at AS time, turn_number AS turn, request_model AS model, status, cost_status AS known,
         cost_total / 1e12 AS usd, input_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens AS tokens_in,
         output_tokens + reasoning_tokens AS tokens_out, duration_ms AS ms, user_id AS "user", trace_id AS trace,
         conversation_id AS conversation
       FROM ledger_current WHERE conversation_id = ${CONVERSATION} ORDER BY started_at LIMIT 500`,
    ),
    { row: 'One workflow run: $workflow' },
    sqlTable(
      {
        title: 'Its steps',
        description: 'Calls and tools in order',
        units: { usd: USD, ms: 'ms' },
        links: [
          { column: 'trace', ...TRACE },
          { column: 'workflow', ...LOGS },
        ],
        noValue: 'choose a workflow run above',
      },
      `SELECT s.position AS step, s.name, s.kind, s.status, e.request_model AS model, e.cost_total / 1e12 AS usd,
         s.row_count AS rows, s.duration_ms AS ms, coalesce(e.trace_id, r.trace_id) AS trace, r.id AS workflow
       FROM workflow_step s JOIN workflow_run r ON r.id = s.workflow_id
       LEFT JOIN ledger_current e ON e.booking_key = s.booking_key
       WHERE s.workflow_id = ${WORKFLOW} ORDER BY s.position`,
    ),
  ],
);
