/** What the traffic saw, by the service's own answers. */
export class TrafficStats {
  requests = 0;
  tokens = 0;
  /** Refused as it should be: the request was wrong on purpose. */
  refused = 0;
  errors = 0;
  #picodollars = 0n;

  /** USD, exact. */
  get usd(): string {
    const digits = this.#picodollars.toString().padStart(13, '0');
    return `${digits.slice(0, -12)}.${digits.slice(-12)}`.replace(/\.?0+$/, '');
  }

  answered(body: Record<string, unknown>): void {
    this.tokens += numberOf(body.input_tokens) + numberOf(body.output_tokens);
    const cost = body.workflow_id === undefined ? body.cost_usd : body.total_cost_usd;
    if (typeof cost === 'string') this.#picodollars += picodollars(cost);
    if (Array.isArray(body.steps)) {
      for (const step of body.steps as Array<Record<string, unknown>>) {
        this.tokens += numberOf(step.input_tokens) + numberOf(step.output_tokens);
      }
    }
  }

  line(): string {
    const { requests, tokens, usd, refused, errors } = this;
    return `requests ${requests}  tokens ${tokens}  USD ${usd}  refused ${refused}  errors ${errors}`;
  }
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

function picodollars(usd: string): bigint {
  const [whole = '0', fraction = ''] = usd.split('.');
  return BigInt(whole + fraction.padEnd(12, '0'));
}
