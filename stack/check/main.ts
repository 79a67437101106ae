import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { check, type Outcome, type Servers } from './check.ts';
import { readQueries } from './dashboard-queries.ts';
import { readLinks } from './link-queries.ts';
import { ledger, loki, prometheus, tempo } from './servers.ts';

const { values: given } = parseArgs({
  options: {
    prometheus: { type: 'string', default: process.env['PROMETHEUS_URL'] },
    loki: { type: 'string', default: process.env['LOKI_URL'] },
    tempo: { type: 'string', default: process.env['TEMPO_URL'] },
    postgres: { type: 'string', default: process.env['POSTGRES_URL'] },
    range: { type: 'string', default: '3600' },
    'rate-interval': { type: 'string', default: '5m' },
    help: { type: 'boolean', default: false },
  },
});

if (given.help || !(given.prometheus ?? given.loki ?? given.tempo ?? given.postgres)) {
  console.log(`npm run stack:check -- --prometheus http://localhost:9090 [--loki URL] [--tempo URL]
  [--postgres postgres://…] [--range seconds] [--rate-interval 5m]

Asks the live servers every query of the dashboards, their variables, the links between the data
sources and the alert rules. Ends with 1 when a query fails or shows nothing; with 3 when a server
was not given. The URLs may stand in PROMETHEUS_URL, LOKI_URL, TEMPO_URL and POSTGRES_URL as
well.`);
  process.exit(given.help ? 0 : 2);
}

const rangeSeconds = Number(given.range);
const database = given.postgres ? await ledger(given.postgres) : undefined;
const servers: Servers = {
  ...(given.prometheus && { prometheus: prometheus(given.prometheus, rangeSeconds) }),
  ...(given.loki && { loki: loki(given.loki, rangeSeconds) }),
  ...(given.tempo && { tempo: tempo(given.tempo) }),
  ...(database && { ledger: database.ask }),
};
const root = fileURLToPath(new URL('../..', import.meta.url));
const outcomes = await check([...readQueries(root), ...readLinks(root)], servers, {
  rangeSeconds,
  rateInterval: given['rate-interval'],
});
await database?.close();

for (const { query, status, note } of outcomes) {
  console.log(`${status.padEnd(18)} ${query.where.padEnd(70)} ${note}`);
}
const count = (status: Outcome['status']) =>
  outcomes.filter((outcome) => outcome.status === status).length;
const bad = count('error') + count('empty');
console.log(
  `\n${count('data')} with data, ${count('empty, and may be')} empty as they may be, ${bad} bad, ${count('skipped')} skipped`,
);
if (bad > 0) process.exitCode = 1;
else if (count('skipped') > 0) process.exitCode = 3;
