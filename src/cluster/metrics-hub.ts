import { addUp, isCumulative, type MetricFamily } from '../exposition/index.js';

/** A worker that does not answer a scrape in time is represented by what it told last. */
const ANSWER_WITHIN_MS = 500;

/** A process whose metrics are gathered. */
export interface Source {
  readonly id: number;
  /** Asks it for its numbers now; they come by {@link MetricsHub.tell}. */
  ask(question: number): void;
}

interface Question {
  readonly open: Set<number>;
  readonly answered: () => void;
}

/**
 * The numbers of all workers in one place. What a worker that has ended had counted is kept, so
 * that no counter ever goes back; only what it counted after it last told is lost: less than a
 * second when it is killed, nothing when it ends in order.
 */
export class MetricsHub {
  readonly #sources = new Map<number, Source>();
  readonly #latest = new Map<number, readonly MetricFamily[]>();
  readonly #questions = new Map<number, Question>();
  /** Of all that have ended, added up: it must not grow with each. */
  #gone: readonly MetricFamily[] = [];
  #asked = 0;

  join(source: Source): void {
    this.#sources.set(source.id, source);
  }

  leave(id: number): void {
    this.#sources.delete(id);
    const last = this.#latest.get(id);
    this.#latest.delete(id);
    if (last) this.#gone = addUp([this.#gone, last.filter(isCumulative)], []);
    for (const question of this.#questions.values()) settle(question, id);
  }

  tell(id: number, families: readonly MetricFamily[], question?: number): void {
    if (!this.#sources.has(id)) return;
    this.#latest.set(id, families);
    const asked = question === undefined ? undefined : this.#questions.get(question);
    if (asked) settle(asked, id);
  }

  /** The sum over all workers, those that have ended included. */
  async totals(): Promise<MetricFamily[]> {
    await this.#askAll();
    return addUp([...this.#latest.values()], [this.#gone]);
  }

  async #askAll(): Promise<void> {
    const id = ++this.#asked;
    const open = new Set(this.#sources.keys());
    if (open.size === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ANSWER_WITHIN_MS);
      const answered = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#questions.set(id, { open, answered });
      for (const source of this.#sources.values()) source.ask(id);
    });
    this.#questions.delete(id);
  }
}

function settle({ open, answered }: Question, id: number): void {
  open.delete(id);
  if (open.size === 0) answered();
}
