import { parse } from 'yaml';
import { read } from './files.js';

/** What the specs look at of a service. */
export interface ComposeService {
  readonly image: string;
  readonly build?: { readonly context: string; readonly target: string };
  readonly profiles?: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly networks: readonly string[];
  readonly depends_on?: Readonly<Record<string, unknown>>;
  readonly healthcheck?: { readonly disable?: boolean; readonly test?: readonly string[] };
  readonly restart: string;
  readonly cap_drop: readonly string[];
  readonly security_opt: readonly string[];
  readonly read_only?: boolean;
  readonly mem_limit: string;
  readonly pids_limit: number;
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

/** The least that `docker compose up` needs. */
export const PASSWORDS = {
  POSTGRES_PASSWORD: 'one',
  SPANLEDGER_DB_PASSWORD: 'two',
  GRAFANA_DB_PASSWORD: 'three',
  GRAFANA_ADMIN_PASSWORD: 'four',
} as const;

/** docker-compose.yml as Compose understands it under these variables. */
export function compose(environment: Readonly<Record<string, string>> = PASSWORDS): ComposeFile {
  const known = { COMPOSE_PROJECT_NAME: 'spanledger', ...environment };
  return parse(
    read('docker-compose.yml'),
    (_key, value: unknown) => (typeof value === 'string' ? interpolate(value, known) : value),
    { merge: true },
  ) as ComposeFile;
}

/** `${NAME}` alone, or with what Compose allows behind the name; innermost first. */
const VARIABLE = /\$\{(\w+)(?:(:[-+?])([^${}]*))?\}/;

/** @throws Error for `${NAME:?message}` when the variable is unset or empty, as Compose does. */
function interpolate(text: string, environment: Readonly<Record<string, string>>): string {
  let result = text;
  for (let match = VARIABLE.exec(result); match; match = VARIABLE.exec(result)) {
    const [whole, name = '', operator, word = ''] = match;
    const value = environment[name] ?? '';
    if (operator === ':?' && value === '') throw new Error(`${name} ${word}`);
    const fallback = operator === ':-' && value === '';
    const alternative = operator === ':+' && value !== '';
    const given = operator === ':+' ? '' : value;
    result = result.replace(whole, () => (fallback || alternative ? word : given));
  }
  return result;
}
