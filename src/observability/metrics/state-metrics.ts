import { Gauge, type Registry } from 'prom-client';
import type { Aggregator } from '../../exposition/index.js';
import { installed } from '../../genai/install/index.js';
import { catalogueRelease } from '../../genai/pricing/index.js';
import type { LedgerFeed, LedgerService } from '../../ledger/index.js';
import type { Retries } from '../../llm/index.js';
import type { Lifecycle } from '../lifecycle.js';
import { counterOf } from './counter-of.js';
import { REFRESH_OUTCOMES, type CatalogueRefresh } from '../../prices/index.js';

/** What is asked for how it is doing. */
export interface ReportingParts {
  readonly ledger: LedgerService;
  readonly feed: LedgerFeed;
  readonly refresh: CatalogueRefresh;
  readonly lifecycle: Lifecycle;
  readonly retries: Retries;
}

/** How the ledger, the prices and the telemetry itself are doing: read when they are asked for. */
export function registerStateMetrics(
  registry: Registry,
  { ledger, feed, refresh, lifecycle, retries }: ReportingParts,
): void {
  const gauge = (name: string, help: string, read: () => number, aggregator: Aggregator = 'sum') =>
    new Gauge({
      name,
      help,
      aggregator,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  gauge(
    'spanledger_ledger_pending',
    'Entries that wait for their commit',
    () => ledger.waiting + feed.waiting,
  );
  gauge(
    'spanledger_ledger_lag_seconds',
    'How long the oldest entry has waited for its commit',
    () => ledger.lagMs / 1000,
    'max',
  );
  gauge(
    'spanledger_ledger_spilled',
    'Entries on disk, to be booked when the database takes entries again',
    () => ledger.spilled,
    // Workers share the folder.
    'max',
  );
  counterOf(
    registry,
    {
      name: 'spanledger_ledger_failures_total',
      help: 'Model calls that were neither booked nor kept on disk',
      labelNames: [],
    },
    () => [[{}, ledger.failures + feed.dropped]],
  );
  gauge(
    'spanledger_price_catalogue_age_seconds',
    'Time since the release of the price catalogue',
    () => (Date.now() - catalogueRelease().at.getTime()) / 1000,
    'max',
  );
  counterOf(
    registry,
    {
      name: 'spanledger_price_refreshes_total',
      help: 'Refreshes of the price catalogue, where they are on',
      labelNames: ['outcome'],
    },
    () => REFRESH_OUTCOMES.map((outcome) => [{ outcome }, refresh.outcomes[outcome]]),
  );
  counterOf(
    registry,
    {
      name: 'spanledger_requests_shed_total',
      help: 'Calls that were refused because too many were in hand',
      labelNames: [],
    },
    () => [[{}, lifecycle.sheds]],
  );
  counterOf(
    registry,
    {
      name: 'spanledger_call_retries_total',
      help: 'Attempts beyond the first of calls of models',
      labelNames: ['provider'],
    },
    () => retries.counts().map(([provider, count]) => [{ provider }, count]),
  );
  registerExportMetrics(registry);
}

const SIGNALS = ['traces', 'logs'] as const;

function registerExportMetrics(registry: Registry): void {
  counterOf(
    registry,
    {
      name: 'spanledger_telemetry_dropped_total',
      help: 'Spans and log records that were never exported, and values that redaction left out',
      labelNames: ['signal', 'reason'],
    },
    () => [
      [
        { signal: 'content', reason: 'redaction_failed' },
        installed()?.redactionStats().dropped ?? 0,
      ],
      ...SIGNALS.flatMap((signal) => {
        const { queueFull = 0, exportFailed = 0 } = installed()?.exports[signal] ?? {};
        return [
          [{ signal, reason: 'queue_full' }, queueFull],
          [{ signal, reason: 'export_failed' }, exportFailed],
        ] as const;
      }),
    ],
  );
  counterOf(
    registry,
    {
      name: 'spanledger_export_failures_total',
      help: 'Exports of spans and log records that failed, after all retries',
      labelNames: ['signal'],
    },
    () => SIGNALS.map((signal) => [{ signal }, installed()?.exports[signal].failures ?? 0]),
  );
}
