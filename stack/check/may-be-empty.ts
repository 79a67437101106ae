/** What may have nothing to show on a healthy stack, and why. Everything else must have data. */
export const MAY_BE_EMPTY: Readonly<Record<string, string>> = {
  'LLM cost and latency / Budgets: used of the limit': 'there may be no budgets',
  'Trace to metrics / Errors per second, by name': 'there may be no errors',
};

/** Rules are silent while all is well; recorded ones of budgets need a budget. */
export function mayBeSilent(kind: string, where: string): string | undefined {
  if (kind === 'alert') return 'an alert is silent while all is well';
  if (kind === 'record' && where.includes('budget')) return 'there may be no budgets';
  return MAY_BE_EMPTY[where];
}
