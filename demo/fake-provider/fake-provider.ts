import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AnthropicApi, type ApiAnswer, type ApiRequest } from './anthropic/anthropic-api.ts';
import { FaultPlan, type Fault } from './fault.ts';
import { playFault } from './fault-player.ts';
import { Journal, type ReceivedRequest } from './journal.ts';
import { DEFAULT_BEHAVIOUR, type Behaviour, type FakeProviderOptions } from './options.ts';
import { Random } from './random.ts';
import { control } from './control.ts';

/** A model provider that costs nothing: true wire format, made-up words. */
export class FakeProvider {
  readonly #server: Server;
  readonly #api: AnthropicApi;
  readonly #faults: FaultPlan;
  readonly #journal: Journal;
  readonly #seed: number;
  #behaviour: Behaviour;

  private constructor(options: FakeProviderOptions) {
    const { seed = 1, journal = 1_000, host: _host, port: _port, ...behaviour } = options;
    this.#seed = seed;
    this.#api = new AnthropicApi(seed);
    this.#faults = new FaultPlan(seed);
    this.#journal = new Journal(journal);
    this.#behaviour = { ...DEFAULT_BEHAVIOUR, ...behaviour };
    this.#server = createServer((request, response) => this.#receive(request, response));
    this.#server.keepAliveTimeout = 60_000;
  }

  static async start(options: FakeProviderOptions = {}): Promise<FakeProvider> {
    const provider = new FakeProvider(options);
    provider.#server.listen(options.port ?? 0, options.host ?? '127.0.0.1');
    await once(provider.#server, 'listening');
    return provider;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The last requests, oldest first. */
  get requests(): readonly ReceivedRequest[] {
    return this.#journal.entries;
  }

  /** Switches a fault on; see `FaultLimits` for how long. */
  setFault(fault: Fault): void {
    this.#faults.add(fault);
  }

  clearFaults(): void {
    this.#faults.clear();
  }

  setOptions(behaviour: Partial<Behaviour>): void {
    this.#behaviour = { ...this.#behaviour, ...behaviour };
  }

  /** Ends hanging requests, too. */
  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const path = (request.url ?? '/').split('?')[0] ?? '/';
      if (control(this, request.method ?? 'GET', path, text, response)) return;
      this.#serve({ path, headers: request.headers, body: parse(text), text }, request, response);
    });
  }

  #serve(api: ApiRequest, request: IncomingMessage, response: ServerResponse): void {
    const { headers, method = 'GET' } = request;
    const entry = {
      method,
      path: api.path,
      headers,
      body: api.body,
      at: new Date(),
      aborted: false,
    };
    this.#journal.add(entry);
    response.on('close', () => (entry.aborted = !response.writableFinished));
    const behaviour = this.#behaviour;
    const answer = () => this.#api.answer(api, behaviour);
    const send = (given: ApiAnswer, more: Record<string, string> = {}) =>
      write(response, given, more);
    const fault = this.#faults.hit({ model: modelOf(api.body), text: api.text });
    if (fault) {
      const refuse = (status: number) => this.#api.refuse(status, api.text);
      playFault(fault, { response, answer, refuse, send });
      return;
    }
    const latency = this.#latency(behaviour, api.text);
    if (latency === 0) send(answer());
    else setTimeout(() => send(answer()), latency);
  }

  #latency({ latencyMs }: Behaviour, text: string): number {
    if (typeof latencyMs === 'number') return latencyMs;
    return new Random(this.#seed, 'latency', text).between(...(latencyMs as [number, number]));
  }
}

function write(response: ServerResponse, answer: ApiAnswer, more: Record<string, string>): void {
  if (response.destroyed) return;
  response.writeHead(answer.status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(answer.json),
    'request-id': answer.requestId,
    ...more,
  });
  response.end(answer.json);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function modelOf(body: unknown): string | undefined {
  return typeof body === 'object' && body !== null && 'model' in body
    ? String(body.model)
    : undefined;
}
