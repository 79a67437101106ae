import type { ServerResponse } from 'node:http';
import type { ApiAnswer } from './api.ts';
import type { Fault } from './fault.ts';
import type { Behaviour } from './options.ts';
import type { StreamCut } from './stream-player.ts';

export interface SendOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly cut?: StreamCut;
}

export interface FaultScene {
  readonly response: ServerResponse;
  /** The answer that would have been given. */
  readonly answer: (changes?: Partial<Behaviour>) => ApiAnswer;
  readonly refuse: (status: number) => ApiAnswer;
  readonly send: (answer: ApiAnswer, more?: SendOptions) => void;
}

/** Plays a fault instead of the answer. */
export function playFault(fault: Fault, { response, answer, refuse, send }: FaultScene): void {
  switch (fault.kind) {
    case 'status': {
      const { retryAfterSeconds } = fault;
      const headers: Record<string, string> = {};
      if (retryAfterSeconds !== undefined) headers['retry-after'] = String(retryAfterSeconds);
      send(refuse(fault.status), { headers });
      return;
    }
    case 'hang':
      return;
    case 'slow':
      setTimeout(() => send(answer()), fault.delayMs).unref();
      return;
    case 'cut-before-headers':
      response.socket?.destroy();
      return;
    case 'cut-stream':
      send(answer(), { cut: fault });
      return;
    case 'cut-body': {
      const whole = answer();
      if (whole.stream) {
        const afterEvents = Math.floor(whole.stream.frames.length / 2);
        send(whole, { cut: { afterEvents, by: 'reset' } });
        return;
      }
      const { json } = whole;
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(json),
      });
      response.write(json.slice(0, json.length / 2), () => response.socket?.destroy());
      return;
    }
    case 'malformed-json':
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"id": "msg_');
      return;
    case 'html':
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end('<html><body>Gateway</body></html>');
      return;
    case 'missing-usage':
      send(answer({ omitUsage: true }));
  }
}
