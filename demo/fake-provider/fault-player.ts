import type { ServerResponse } from 'node:http';
import type { ApiAnswer } from './anthropic/anthropic-api.ts';
import type { Fault } from './fault.ts';

export interface FaultScene {
  readonly response: ServerResponse;
  /** The answer that would have been given. */
  readonly answer: () => ApiAnswer;
  readonly refuse: (status: number) => ApiAnswer;
  readonly send: (answer: ApiAnswer, headers?: Record<string, string>) => void;
}

/** Plays a fault instead of the answer. */
export function playFault(fault: Fault, { response, answer, refuse, send }: FaultScene): void {
  switch (fault.kind) {
    case 'status': {
      const { retryAfterSeconds } = fault;
      const headers: Record<string, string> = {};
      if (retryAfterSeconds !== undefined) headers['retry-after'] = String(retryAfterSeconds);
      send(refuse(fault.status), headers);
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
    case 'cut-body': {
      const { json } = answer();
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
    case 'missing-usage': {
      const whole = answer();
      const { usage: _, ...rest } = JSON.parse(whole.json) as Record<string, unknown>;
      send({ ...whole, json: JSON.stringify(rest) });
    }
  }
}
