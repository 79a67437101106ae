import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AnthropicApi } from './anthropic/anthropic-api.ts';
import type { Api, ApiAnswer, ApiRequest } from './api.ts';
import { FaultPlan, type Fault } from './fault.ts';
import { playFault, type SendOptions } from './fault-player.ts';
import { Journal, type ReceivedRequest } from './journal.ts';
import { DEFAULT_BEHAVIOUR, type Behaviour, type FakeProviderOptions } from './options.ts';
import { OpenAiApi } from './openai/openai-api.ts';
import { Random } from './random.ts';
import { playStream } from './stream-player.ts';
import { control } from './control.ts';

/**
 * Two model providers that cost nothing: Anthropic's wire format at `url`, OpenAI's at `url` with
 * `/v1`, made-up words.
 */
export class FakeProvider {
  readonly #server: Server;
  readonly #anthropic: Api;
  readonly #openai: Api;
  readonly #faults: FaultPlan;
  readonly #journal: Journal;
  readonly #seed: number;
  #behaviour: Behaviour;

  private constructor(options: FakeProviderOptions) {
    const { seed = 1, journal = 1_000, host: _host, port: _port, ...behaviour } = options;
    this.#seed = seed;
    this.#anthropic = new AnthropicApi(seed);
    this.#openai = new OpenAiApi(seed);
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

  #serve(request: ApiRequest, incoming: IncomingMessage, response: ServerResponse): void {
    const { path, headers, body, text } = request;
    const { method = 'GET' } = incoming;
    const entry = { method, path, headers, body, at: new Date(), aborted: false, eventsSent: 0 };
    this.#journal.add(entry);
    response.on('close', () => (entry.aborted = !response.writableFinished));
    const behaviour = this.#behaviour;
    const api = OpenAiApi.serves(path) ? this.#openai : this.#anthropic;
    const answer = (changes?: Partial<Behaviour>) =>
      api.answer(request, { ...behaviour, ...changes });
    const send = (given: ApiAnswer, { headers: more, cut }: SendOptions = {}) => {
      if (response.destroyed) return;
      writeHead(response, given, more);
      if (!given.stream) {
        response.end(given.json);
        return;
      }
      const { chunkDelayMs } = behaviour;
      const onSent = () => (entry.eventsSent += 1);
      void playStream({ response, stream: given.stream, chunkDelayMs, cut, onSent });
    };
    const fault = this.#faults.hit({ model: modelOf(body), text });
    if (fault) {
      const refuse = (status: number) => api.refuse(status, text);
      playFault(fault, { response, answer, refuse, send });
      return;
    }
    const latency = this.#latency(behaviour, text);
    if (latency === 0) send(answer());
    else setTimeout(() => send(answer()), latency);
  }

  #latency({ latencyMs }: Behaviour, text: string): number {
    if (typeof latencyMs === 'number') return latencyMs;
    return new Random(this.#seed, 'latency', text).between(...(latencyMs as [number, number]));
  }
}

function writeHead(
  response: ServerResponse,
  { status, json, headers, stream }: ApiAnswer,
  more: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, {
    ...(stream
      ? { 'content-type': 'text/event-stream; charset=utf-8' }
      : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(json) }),
    ...headers,
    ...more,
  });
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
