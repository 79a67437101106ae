import type { Command } from 'commander';

const FILTERS = [
  ['model', 'model'],
  ['provider', 'provider'],
  ['user', 'user'],
  ['workflow-type', 'workflow_type'],
  ['conversation', 'conversation'],
  ['agent', 'agent'],
  ['api-key', 'api_key'],
] as const;

/** What the options of `addCallOptions` are read as. */
export type CallOptions = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The options that choose calls, the same for every command. */
export function addCallOptions(command: Command): Command {
  command.option('--from <time>', 'first moment counted: 2026-11-01 or an ISO time');
  command.option('--to <time>', 'first moment not counted any more');
  for (const [flag] of FILTERS) {
    command.option(`--${flag} <value...>`, `only calls of this ${flag.replace('-', ' ')}`);
  }
  return command;
}

/** The options by the names that the service knows. */
export function callFilter(options: CallOptions): CallOptions {
  const chosen = FILTERS.map(([flag, name]) => [name, options[camel(flag)]] as const);
  const all = [['from', options['from']], ['to', options['to']], ...chosen] as const;
  return Object.fromEntries(all.filter(([, value]) => value !== undefined));
}

/** As commander names options. */
function camel(flag: string): string {
  return flag.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
