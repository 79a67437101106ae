export {
  bookingKey,
  type CallStatus,
  type EntryDraft,
  type EntryScope,
  type Hold,
} from './entry-draft.js';
export { entryScope } from './entry-scope.js';
export { GroupCommit } from './group-commit.js';
export { draftOfRecord } from './feed/record-draft.js';
export { LedgerFeed } from './feed/ledger-feed.js';
export { LedgerModule } from './ledger.module.js';
export { LedgerService, type BookingListener } from './ledger.service.js';
export { retryWhilePassing } from './retry.js';
export type { ThresholdPassed } from './settlement.js';
export {
  TOTALS_COLUMNS,
  moneyPair,
  ofConversation,
  readTotals,
  toTotals,
  type Totals,
  type TotalsRow,
} from './totals.js';
export { UsageService } from './usage/usage.service.js';
export { totalsAnswer } from './usage/totals-answer.js';
export type { Filters } from './usage/dimensions.js';
export { chosenBy } from './usage/usage-facts.js';
export {
  OUT_OF_ORDER,
  callFilter,
  isInOrder,
  totalsFields,
  usageQuery,
  type UsageInput,
  type UsageReport,
} from './usage/usage.schema.js';
