import { createRequire } from 'node:module';

const manifest = createRequire(import.meta.url)('../package.json') as { version: string };

/** This package's version. */
export const VERSION = manifest.version;
