import { startFakeProvider } from '../demo/fake-provider/index.ts';

/** The fake provider without latency, in a process of its own. */
await startFakeProvider({ port: Number(process.env.PORT), journal: 0 });
