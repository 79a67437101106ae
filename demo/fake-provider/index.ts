import { FakeProvider } from './fake-provider.ts';
import type { FakeProviderOptions } from './options.ts';

export { FakeProvider } from './fake-provider.ts';
export type { Fault } from './fault.ts';
export type { ReceivedRequest } from './journal.ts';
export type { Behaviour, FakeProviderOptions } from './options.ts';

/** Starts a fake provider on a free port of this machine. */
export function startFakeProvider(options: FakeProviderOptions = {}): Promise<FakeProvider> {
  return FakeProvider.start(options);
}
