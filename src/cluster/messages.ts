import type { MetricFamily } from '../exposition/index.js';

/** What workers and their supervisor say to each other. */
export type ToSupervisor =
  /** The worker's numbers as they are now: told every second, when asked, and before it ends. */
  | { readonly kind: 'metrics'; readonly families: readonly MetricFamily[]; readonly ask?: number }
  /** A scrape came: the numbers of all workers are wanted. */
  | { readonly kind: 'totals?'; readonly ask: number }
  | { readonly kind: 'listens' }
  /** It takes no new connections any more. */
  | { readonly kind: 'leaves' }
  /** The worker has done its share: another is to take its place. */
  | { readonly kind: 'succeed me'; readonly why: string };

export type ToWorker =
  /** Its successor listens: connections are to be given up as they answer. */
  | { readonly kind: 'retire' }
  /** The time for that is over: what is in hand is to be finished, and then the process. */
  | { readonly kind: 'end' }
  | { readonly kind: 'metrics?'; readonly ask: number }
  | { readonly kind: 'totals'; readonly ask: number; readonly families: readonly MetricFamily[] };

/** Node's own channel carries other things as well; ours are told by this. */
const MARK = 'spanledger';

export interface Envelope<Message> {
  readonly from: typeof MARK;
  readonly message: Message;
}

export function envelope<Message>(message: Message): Envelope<Message> {
  return { from: MARK, message };
}

export function opened(received: unknown): unknown {
  const { from, message } = (received ?? {}) as Partial<Envelope<unknown>>;
  return from === MARK ? message : undefined;
}
