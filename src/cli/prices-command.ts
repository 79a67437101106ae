import type { Command } from 'commander';
import type { PricesAnswer } from '../prices/index.js';
import type { ServiceClient } from './service-client.js';
import { table } from './table.js';

type Model = PricesAnswer['models'][number];

export function addPricesCommand(
  program: Command,
  client: () => ServiceClient,
  print: (text: string) => void,
): void {
  program
    .command('prices')
    .description('the price in force of a model, or of all that were used lately')
    .argument('[model]')
    .option('--provider <name>', 'default: as the model id tells')
    .option('--at <time>', 'default: now')
    .option('--json', 'as JSON')
    .action(async (model: string | undefined, options: Record<string, string | undefined>) => {
      const { provider, at, json } = options;
      const answer = await client().get<PricesAnswer>('/prices', { model, provider, at });
      print(json ? JSON.stringify(answer, null, 2) : pricesText(answer));
    });
}

/** The answer for people. */
export function pricesText({ models, catalogue, overrides }: PricesAnswer): string {
  const rate = (name: string) => (model: Model) => model.price?.per_million_tokens[name] ?? '';
  const prices = table<Model>(
    [
      { head: 'provider', cell: ({ provider }) => provider },
      { head: 'model', cell: ({ model }) => model },
      { head: 'input', cell: rate('input'), align: 'right' },
      { head: 'output', cell: rate('output'), align: 'right' },
      { head: 'cache read', cell: rate('cacheRead'), align: 'right' },
      { head: 'calls', cell: ({ calls }) => String(calls ?? ''), align: 'right' },
      { head: 'source', cell: ({ price, reason }) => price?.source ?? `unpriced: ${reason ?? ''}` },
    ],
    models,
  );
  return [
    models.length > 0 ? prices : 'No models were used lately.',
    '',
    'USD per million tokens.',
    `Catalogue ${catalogue.version}, ${catalogue.age_days} days old; ${overrides} prices of your own.`,
  ].join('\n');
}
