import type { ProblemDocument } from '../http/index.js';

/** A refusal of the service, or that there is none; its message is for people. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
}

/** Speaks to a running service. */
export class ServiceClient {
  constructor(
    private readonly url: string,
    private readonly apiKey: string | undefined,
  ) {}

  async get<Body>(path: string, query: Query): Promise<Body> {
    return (await this.#send(withQuery(path, query))).json() as Promise<Body>;
  }

  async text(path: string, query: Query, accept: string): Promise<string> {
    return (await this.#send(withQuery(path, query), { headers: { accept } })).text();
  }

  async post<Body>(path: string, body: object): Promise<Body> {
    const headers = { 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    return (await this.#send(path, init)).json() as Promise<Body>;
  }

  async delete(path: string): Promise<void> {
    await this.#send(path, { method: 'DELETE' });
  }

  async #send(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (this.apiKey) headers.set('authorization', `Bearer ${this.apiKey}`);
    const response = await this.#reach(path, { ...init, headers });
    if (response.ok) return response;
    throw new ServiceError(describe(response.status, await response.text()));
  }

  async #reach(path: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(new URL(path, this.url), init);
    } catch {
      throw new ServiceError(
        `No service answers at ${this.url}. Start one, or name it by --url or SPANLEDGER_URL.`,
      );
    }
  }
}

/** Values by name; a list is a name several times. */
export type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

function withQuery(path: string, query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of [value ?? []].flat()) search.append(name, one);
  }
  return `${path}?${search.toString()}`;
}

function describe(status: number, text: string): string {
  let problem: Partial<ProblemDocument>;
  try {
    problem = JSON.parse(text) as Partial<ProblemDocument>;
  } catch {
    return `The service answered ${status}`;
  }
  const faults = problem.errors?.map(({ path, message }) => `\n  ${path}: ${message}`) ?? [];
  return `${problem.detail ?? `The service answered ${status}`}${faults.join('')}`;
}
