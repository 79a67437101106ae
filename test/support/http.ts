/** An answer with its body read and, if it is JSON, parsed. */
export interface Answer<Body = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Body;
}

/** Speaks HTTP to a service under test. */
export class HttpClient {
  constructor(readonly url: string) {}

  get<Body = Record<string, unknown>>(path: string, init: RequestInit = {}): Promise<Answer<Body>> {
    return this.send(path, init);
  }

  delete(path: string): Promise<Answer> {
    return this.send(path, { method: 'DELETE' });
  }

  post<Body = Record<string, unknown>>(
    path: string,
    body: unknown,
    init: RequestInit = {},
  ): Promise<Answer<Body>> {
    return this.send(path, {
      ...init,
      method: 'POST',
      body: JSON.stringify(body),
      headers: [['content-type', 'application/json'], ...new Headers(init.headers)],
    });
  }

  async send<Body>(path: string, init: RequestInit): Promise<Answer<Body>> {
    const response = await fetch(new URL(path, this.url), init);
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: (isJson ? JSON.parse(text) : undefined) as Body,
    };
  }
}
