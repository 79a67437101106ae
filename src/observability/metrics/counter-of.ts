import { Counter, type Registry } from 'prom-client';

/** A counter whose numbers are kept elsewhere: prom-client's can be set only by way of a reset. */
export function counterOf<Label extends string>(
  registry: Registry,
  options: { readonly name: string; readonly help: string; readonly labelNames: Label[] },
  read: () => ReadonlyArray<readonly [labels: Record<Label, string>, value: number]>,
): Counter {
  return new Counter({
    ...options,
    registers: [registry],
    collect() {
      this.reset();
      for (const [labels, value] of read()) this.inc(labels, value);
    },
  });
}
