export { bookingKey, type CallStatus, type EntryDraft, type EntryScope } from './entry-draft.js';
export { entryScope } from './entry-scope.js';
export { LedgerFeed } from './feed/ledger-feed.js';
export { LedgerModule } from './ledger.module.js';
export { LedgerService, type BookingListener } from './ledger.service.js';
export {
  TOTALS_COLUMNS,
  moneyPair,
  readTotals,
  toTotals,
  type Totals,
  type TotalsRow,
} from './totals.js';
export { totalsAnswer } from './usage/totals-answer.js';
export { totalsFields } from './usage/usage.schema.js';
