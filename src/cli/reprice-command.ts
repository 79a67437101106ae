import type { Command } from 'commander';
import type { RepricingAnswer } from '../repricing/index.js';
import { addCallOptions, callFilter, type CallOptions } from './call-options.js';
import type { ServiceClient } from './service-client.js';
import { table } from './table.js';

type Change = RepricingAnswer['changes'][number];
type Moved = RepricingAnswer['biggest'][number];

export function addRepriceCommand(
  program: Command,
  client: () => ServiceClient,
  print: (text: string) => void,
): void {
  const command = program
    .command('reprice')
    .description('prices booked calls anew by the prices of now; without --apply only shows it')
    .option('--cost-status <status...>', 'only entries that are priced, partial, unpriced or free')
    .option('--apply', 'books the differences as adjustments; the entries stay')
    .option('--resume <id>', 'goes on with a re-pricing that was broken off')
    .option('--json', 'as JSON');
  type Options = CallOptions & { apply?: true; resume?: string; json?: true };
  addCallOptions(command).action(async ({ apply, resume, json, ...options }: Options) => {
    const selection = { ...callFilter(options), cost_status: options['costStatus'] };
    const service = client();
    let answer = await service.post<RepricingAnswer>(
      '/prices/reprice',
      resume ? { resume } : { dry_run: !apply, ...selection },
    );
    while (answer.status === 'open') {
      if (!json) print(`${answer.id}: ${answer.entries} entries so far`);
      answer = await service.post<RepricingAnswer>('/prices/reprice', { resume: answer.id });
    }
    print(json ? JSON.stringify(answer, null, 2) : repricingText(answer));
  });
}

/** The answer for people. */
export function repricingText(answer: RepricingAnswer): string {
  const { status, entries, adjusted, kept, changes, biggest } = answer;
  const dry = status === 'dry_run';
  const changed = table<Change>(
    [
      { head: 'model', cell: ({ model }) => model },
      { head: 'from price', cell: ({ old_price }) => old_price ?? '(none)' },
      { head: 'to price', cell: ({ new_price }) => new_price ?? '(none)' },
      { head: 'entries', cell: (change) => String(change.entries), align: 'right' },
      { head: 'USD before', cell: ({ old_usd }) => old_usd, align: 'right' },
      { head: 'after', cell: ({ new_usd }) => new_usd, align: 'right' },
    ],
    changes,
  );
  const moved = table<Moved>(
    [
      { head: 'biggest: entry', cell: ({ entry_id }) => entry_id },
      { head: 'model', cell: ({ model }) => model },
      { head: 'started', cell: ({ started_at }) => started_at },
      { head: 'USD before', cell: ({ old_usd }) => old_usd ?? 'unknown', align: 'right' },
      { head: 'after', cell: ({ new_usd }) => new_usd ?? 'unknown', align: 'right' },
    ],
    biggest,
  );
  return [
    `${adjusted} of ${entries} entries ${dry ? 'would change' : 'changed'}: ` +
      `${answer.old_usd} USD before, ${answer.new_usd} after, ${answer.difference_usd} more`,
    ...(kept > 0 ? [`${kept} keep a cost whose price is not known any more`] : []),
    ...(adjusted > 0 ? ['', changed, '', moved] : []),
    ...(dry && adjusted > 0 ? ['', 'Nothing is written yet: --apply books it.'] : []),
  ].join('\n');
}
