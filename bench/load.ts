import autocannon from 'autocannon';
import type { Target } from './target.ts';

export interface Scenario {
  readonly path: string;
  readonly connections: number;
  readonly body?: object;
}

export interface Sample {
  readonly requestsPerSecond: number;
  /** CPU time of the server process, microseconds a request. */
  readonly cpuMicroseconds: number;
  readonly p50Milliseconds: number;
  readonly p99Milliseconds: number;
  readonly failures: number;
}

/** Loads one target for a few seconds. */
export async function measure(
  target: Target,
  scenario: Scenario,
  seconds: number,
): Promise<Sample> {
  const cpuBefore = target.cpuSeconds();
  const result = await autocannon({
    url: `${target.url}${scenario.path}`,
    connections: scenario.connections,
    duration: seconds,
    ...(scenario.body && {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(scenario.body),
    }),
  });
  const cpu = target.cpuSeconds() - cpuBefore;
  const served = result['2xx'];
  return {
    requestsPerSecond: served / result.duration,
    cpuMicroseconds: (cpu / served) * 1e6,
    p50Milliseconds: result.latency.p50,
    p99Milliseconds: result.latency.p99,
    failures: result.non2xx + result.errors,
  };
}
