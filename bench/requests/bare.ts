import { listen } from './app.ts';

await listen();
