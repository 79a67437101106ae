import { health } from './health.ts';
import { ledger } from './ledger.ts';
import { llm } from './llm.ts';
import type { Json } from './model.ts';
import { service } from './service.ts';

/** The folders that Grafana shows, and the files in them. */
const FILES: Readonly<Record<string, Json>> = {
  'Service/fastapi-service.json': service,
  'LLM/cost-and-latency.json': llm,
  'Ledger/conversations-and-workflows.json': ledger,
  'Platform/observability-health.json': health,
};

/** Every dashboard as the text of its file. */
export function dashboards(): Map<string, string> {
  return new Map(
    Object.entries(FILES).map(([file, json]) => [file, `${JSON.stringify(json, null, 2)}\n`]),
  );
}
