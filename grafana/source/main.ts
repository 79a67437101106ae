import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dashboards } from './dashboards.ts';

/* npm run dashboards: writes grafana/dashboards anew from this folder. */

for (const [file, text] of dashboards()) {
  const path = fileURLToPath(new URL(`../dashboards/${file}`, import.meta.url));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  console.log(file);
}
