import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { WebhookConfig } from '../config/index.js';
import type { BudgetEvent } from './budget-event.js';

/** Events that may wait; above it new ones are dropped, and logged. */
const MOST_WAITING = 1_000;
const TIMEOUT_MS = 10_000;
const FIRST_PAUSE_MS = 1_000;
/** The first included: the last one comes about a minute later. */
const TRIES = 7;

/**
 * Posts events one after the other, in order. It never delays who sends, and is bounded in memory:
 * an event that is refused for a minute is given up, one that finds no room is dropped.
 *
 * `spanledger-signature: t=<unix seconds>,v1=<hex>` is the HMAC-SHA256 of `<t>.<body>` under the
 * secret: receivers compare it, and refuse an old `t`, so that nobody can make up or replay events.
 */
export class Webhook {
  readonly #logger = new Logger('Budget');
  readonly #config: WebhookConfig;
  readonly #queue: BudgetEvent[] = [];
  readonly #closing = new AbortController();
  readonly #firstPauseMs: number;
  #running = false;

  constructor(config: WebhookConfig, firstPauseMs = FIRST_PAUSE_MS) {
    this.#config = config;
    this.#firstPauseMs = firstPauseMs;
  }

  send(event: BudgetEvent): void {
    if (this.#queue.length >= MOST_WAITING) {
      this.#logger.error(`The budget webhook does not keep up: event ${event.id} was dropped`);
      return;
    }
    this.#queue.push(event);
    if (this.#running) return;
    this.#running = true;
    void this.#run();
  }

  /** Stops at once; what waits is not sent any more. */
  close(): void {
    this.#queue.length = 0;
    this.#closing.abort();
  }

  async #run(): Promise<void> {
    for (let event = this.#queue.shift(); event; event = this.#queue.shift()) {
      await this.#deliver(event);
    }
    this.#running = false;
  }

  async #deliver(event: BudgetEvent): Promise<void> {
    let reason = '';
    for (let attempt = 0; attempt < TRIES; attempt++) {
      if (this.#closing.signal.aborted) return;
      try {
        const { ok, status } = await this.#post(JSON.stringify(event));
        if (ok) return;
        reason = `it answered ${status}`;
      } catch (error) {
        reason = String(error);
      }
      const pause = this.#firstPauseMs * 2 ** attempt * (0.5 + Math.random() / 2);
      await sleep(pause, undefined, { signal: this.#closing.signal, ref: false }).catch(() => {});
    }
    this.#logger.error(`The budget webhook did not take event ${event.id}: ${reason}`);
  }

  async #post(body: string): Promise<Response> {
    const time = Math.floor(Date.now() / 1000);
    const mac = createHmac('sha256', this.#config.secret).update(`${time}.${body}`).digest('hex');
    const response = await fetch(this.#config.url, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'spanledger-signature': `t=${time},v1=${mac}`,
      },
      redirect: 'error',
      signal: AbortSignal.any([this.#closing.signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    await response.body?.cancel();
    return response;
  }
}
