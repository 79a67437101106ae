import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { decodeSpans, type DecodedSpan } from './otlp-protobuf.js';

export type ReceivedSpan = DecodedSpan;

/** A collector that keeps what it is sent. Speaks OTLP over HTTP with protobuf, the default. */
export class OtlpReceiver {
  readonly spans: ReceivedSpan[] = [];
  headers: IncomingHttpHeaders = {};
  /** What it answers with; 503 and the like, or `hang`. */
  behaviour: number | 'hang' = 200;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<OtlpReceiver> {
    const server = createServer((request, response) => void receiver.#receive(request, response));
    const receiver = new OtlpReceiver(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return receiver;
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    if (this.behaviour === 'hang') return;
    this.headers = request.headers;
    if (this.behaviour === 200) {
      const zipped = request.headers['content-encoding'] === 'gzip';
      this.spans.push(...decodeSpans(zipped ? gunzipSync(body) : body));
    }
    response.writeHead(this.behaviour, { 'content-type': 'application/x-protobuf' }).end();
  }

  get env() {
    return {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`,
    };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}
