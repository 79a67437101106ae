import { Injectable } from '@nestjs/common';
import {
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRes,
  type RateLimiterAbstract,
} from 'rate-limiter-flexible';
import { DataSource } from 'typeorm';
import { AppConfig } from '../config/index.js';
import { DatabaseService } from '../database/index.js';

const MINUTE_S = 60;
/** Wrong keys from one address in a minute: more is guessing. */
const WRONG_KEYS = 30;

/** What is left of a limit. */
export interface Allowance {
  readonly allowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  readonly resetSeconds: number;
}

/**
 * Counts what callers do in a minute, over all processes on the database; a process counts alone on
 * the embedded one, which has no others, and while the server is away.
 */
@Injectable()
export class RateLimits {
  readonly #calls: RateLimiterAbstract | undefined;
  readonly #wrongKeys: RateLimiterAbstract;
  readonly #callsPerMinute: number | undefined;

  constructor(
    { rateLimitPerMinute }: AppConfig,
    private readonly dataSource: DataSource,
    private readonly database: DatabaseService,
  ) {
    this.#callsPerMinute = rateLimitPerMinute;
    this.#calls = rateLimitPerMinute ? this.#limiter('calls', rateLimitPerMinute) : undefined;
    this.#wrongKeys = this.#limiter('wrong keys', WRONG_KEYS);
  }

  /** One more call of a model by this key or address; undefined where there is no limit. */
  async call(by: string): Promise<Allowance | undefined> {
    if (!this.#calls || this.#callsPerMinute === undefined) return undefined;
    return take(this.#calls, this.#callsPerMinute, by);
  }

  /** One more wrong key from this address. */
  wrongKey(address: string): Promise<Allowance> {
    return take(this.#wrongKeys, WRONG_KEYS, address);
  }

  #limiter(keyPrefix: string, points: number): RateLimiterAbstract {
    const options = { keyPrefix, points, duration: MINUTE_S };
    const alone = new RateLimiterMemory(options);
    if (this.database.kind === 'embedded') return alone;
    return new RateLimiterPostgres({
      ...options,
      storeClient: {
        query: async ({ text, values }: { text: string; values: unknown[] }) => {
          const rows: unknown = await this.dataSource.query(text, values);
          return { rows };
        },
      },
      storeType: 'client',
      tableName: 'rate_limit',
      tableCreated: true,
      clearExpiredByTimeout: true,
      // Who is over the limit costs no statement for the rest of the minute.
      inMemoryBlockOnConsumed: points + 1,
      insuranceLimiter: alone,
    });
  }
}

async function take(limiter: RateLimiterAbstract, limit: number, by: string): Promise<Allowance> {
  try {
    return allowance(await limiter.consume(by), limit, true);
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) return allowance(refusal, limit, false);
    throw refusal;
  }
}

function allowance(state: RateLimiterRes, limit: number, allowed: boolean): Allowance {
  return {
    allowed,
    limit,
    remaining: Math.max(0, state.remainingPoints),
    resetSeconds: Math.max(1, Math.ceil(state.msBeforeNext / 1_000)),
  };
}
