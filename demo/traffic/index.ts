import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { stepOf, type Step } from './scenario.ts';
import { TrafficStats } from './stats.ts';

export interface TrafficOptions {
  /** The service, e.g. `http://127.0.0.1:8000`. */
  readonly baseUrl: string;
  readonly ratePerSecond: number;
  readonly seed?: number;
  /** Told of every request when it is over. */
  readonly onOutcome?: (outcome: Outcome) => void;
}

/** What became of one request. */
export interface Outcome {
  /** The trace that the service was told to go on with: its entries carry it. */
  readonly traceId: string;
  readonly step: Step;
  /** Undefined when no answer came. */
  readonly status: number | undefined;
  /** The answer, or the fields of a stream's `done` event; undefined of what failed. */
  readonly body: Record<string, unknown> | undefined;
  readonly durationMs: number;
}

export interface Traffic {
  readonly stats: TrafficStats;
  /** Sends nothing more and waits for what is under way. */
  stop(): Promise<void>;
}

/** More than this under way means that the service does not keep up: then we wait. */
const MOST_IN_FLIGHT = 32;
const TIMEOUT_MS = 90_000;

/** Speaks to the service as its users would: by HTTP, at a steady rate. */
export function startTraffic(options: TrafficOptions): Traffic {
  const { baseUrl, ratePerSecond, seed = 1, onOutcome } = options;
  const stats = new TrafficStats();
  const inFlight = new Set<Promise<void>>();
  const stopping = new AbortController();

  const follow = async (step: Step) => {
    const outcome = await send(baseUrl, step);
    count(outcome, stats);
    onOutcome?.(outcome);
  };
  const loop = async () => {
    for (let n = 0; !stopping.signal.aborted; n++) {
      if (inFlight.size >= MOST_IN_FLIGHT) await Promise.race(inFlight);
      const request = follow(stepOf(seed, n)).finally(() => inFlight.delete(request));
      inFlight.add(request);
      await sleep(1000 / ratePerSecond, undefined, { signal: stopping.signal }).catch(
        () => undefined,
      );
    }
  };
  const running = loop();

  return {
    stats,
    stop: async () => {
      stopping.abort();
      await running;
      await Promise.all(inFlight);
    },
  };
}

/** The JSON answer, or the fields of a stream's last event; undefined of a stream that failed. */
function answerOf(text: string): Record<string, unknown> | undefined {
  const json = text.startsWith('event:') ? /event: done\ndata: (.*)/.exec(text)?.[1] : text;
  return json === undefined ? undefined : (JSON.parse(json) as Record<string, unknown>);
}

function authorization(): Record<string, string> {
  const key = process.env.SPANLEDGER_API_KEY;
  return key ? { authorization: `Bearer ${key}` } : {};
}

async function send(baseUrl: string, step: Step): Promise<Outcome> {
  const traceId = randomBytes(16).toString('hex');
  const begun = performance.now();
  let status: number | undefined;
  let body: Outcome['body'];
  try {
    const response = await fetch(`${baseUrl}${step.path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-01`,
        ...authorization(),
      },
      body: JSON.stringify(step.body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    ({ status } = response);
    const text = await response.text();
    if (response.ok) body = answerOf(text);
  } catch {
    // No answer, or none that can be read: `body` stays undefined.
  }
  return { traceId, step, status, body, durationMs: performance.now() - begun };
}

function count({ step, status, body }: Outcome, stats: TrafficStats): void {
  stats.requests += 1;
  if (body) stats.answered(body);
  else if (step.refused && status === 422) stats.refused += 1;
  else stats.errors += 1;
}
