import { startTraffic, type Outcome, type Traffic } from '../../demo/traffic/index.ts';

/** A steady load of the three endpoints, and what became of every request. */
export class Load {
  readonly outcomes: Outcome[] = [];
  readonly #traffic: Traffic;

  constructor(baseUrl: string, ratePerSecond: number, seed: number) {
    this.#traffic = startTraffic({
      baseUrl,
      ratePerSecond,
      seed,
      onOutcome: (outcome) => this.outcomes.push(outcome),
    });
  }

  /** Sends nothing more, and waits for every answer. */
  stop(): Promise<void> {
    return this.#traffic.stop();
  }

  get acknowledged(): Outcome[] {
    return this.outcomes.filter(({ body }) => body);
  }

  /** Answers by status, those that a wrong request deserves left out. */
  get statuses(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { step, status, body } of this.outcomes) {
      if (step.refused && status === 422) continue;
      const told = status === 200 && !body ? 'error event' : String(status ?? 'no answer');
      counts.set(told, (counts.get(told) ?? 0) + 1);
    }
    return counts;
  }

  get longestMs(): number {
    return Math.max(0, ...this.outcomes.map(({ durationMs }) => durationMs));
  }
}

/** What an answer said that it cost, and how many calls of a model it was. */
export function toldBy({ body = {} }: Outcome): { usd: string; calls: number } {
  return body.llm_calls === undefined
    ? { usd: String(body.cost_usd), calls: 1 }
    : { usd: String(body.total_cost_usd), calls: Number(body.llm_calls) };
}
