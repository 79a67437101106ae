import type { Command } from 'commander';
import type { UsageReport } from '../ledger/index.js';
import { addCallOptions, callFilter, type CallOptions } from './call-options.js';
import type { ServiceClient } from './service-client.js';
import { bar, table, type Column } from './table.js';

const BAR_CELLS = 30;

type Group = UsageReport['groups'][number];

export function addUsageCommand(
  program: Command,
  client: () => ServiceClient,
  print: (text: string) => void,
): void {
  const command = program
    .command('usage')
    .description('what was used and what it cost, by group, as a table with bars')
    .option(
      '--by <dimensions>',
      'model, provider, user, workflow_type, conversation, agent, api_key or day; or two: user,model',
      'model',
    )
    .option('--bucket <time>', 'hour, day, week or month')
    .option('--limit <groups>', 'groups shown, the dearest first')
    .option('--csv', 'as CSV')
    .option('--json', 'as JSON');
  addCallOptions(command).action(async (options: CallOptions & { csv?: true; json?: true }) => {
    const query = {
      group_by: options['by'],
      bucket: options['bucket'],
      limit: options['limit'],
      ...callFilter(options),
    };
    if (options.csv) return print((await client().text('/usage', query, 'text/csv')).trimEnd());
    const report = await client().get<UsageReport>('/usage', query);
    print(options.json ? JSON.stringify(report, null, 2) : usageText(report));
  });
}

/** The report for people. */
export function usageText({ groups, group_by, bucket, total, next_cursor }: UsageReport): string {
  if (groups.length === 0) return 'No calls.';
  const most = Math.max(...groups.map(({ cost }) => cost ?? 0));
  const columns: Column<Group>[] = [
    ...(bucket ? [{ head: bucket, cell: (group: Group) => time(group.bucket, bucket) }] : []),
    ...group_by.map((name) => ({
      head: name,
      cell: (group: Group) => group.keys[name] ?? '(none)',
    })),
    { head: 'calls', cell: ({ calls }) => String(calls), align: 'right' },
    { head: 'input', cell: ({ input_tokens }) => String(input_tokens), align: 'right' },
    { head: 'output', cell: ({ output_tokens }) => String(output_tokens), align: 'right' },
    { head: 'USD', cell: amount, align: 'right' },
    { head: '', cell: (group) => bar(group.cost ?? 0, most, BAR_CELLS) },
  ];
  const lines = [
    table(columns, groups),
    '',
    `${total.calls} calls, ${amount(total)} USD`,
    ...notesOf(total),
  ];
  if (next_cursor) lines.push('More groups are not shown: raise --limit.');
  return lines.join('\n');
}

/** An amount that lacks something is never shown as if it were whole. */
function amount({ cost_usd, cost_status }: Pick<Group, 'cost_usd' | 'cost_status'>): string {
  if (cost_usd === null) return 'unknown';
  return cost_status === 'partial' ? `≥ ${cost_usd}` : cost_usd;
}

function notesOf(total: UsageReport['total']): string[] {
  const notes = [
    [total.unpriced_calls, 'without a price, which are in no amount: spanledger prices'],
    [total.partial_calls, 'priced in part'],
    [total.estimated_calls, 'with estimated tokens'],
    [total.failed_calls, 'failed or cancelled'],
  ] as const;
  return notes.filter(([calls]) => calls > 0).map(([calls, note]) => `  ${calls} ${note}`);
}

function time(start: string | null, bucket: string): string {
  return (start ?? '').slice(0, bucket === 'hour' ? 16 : bucket === 'month' ? 7 : 10);
}
