import type { IncomingHttpHeaders } from 'node:http';
import type { Behaviour } from './options.ts';

export interface ApiRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
  /** The body as received: what answers are derived from. */
  readonly text: string;
}

/** An answer in a vendor's format: JSON, or the frames of a stream. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The whole body; for a stream empty. */
  readonly json: string;
  readonly stream?: ApiStream;
}

export interface ApiStream {
  /** Server-Sent Events, each ready to be written. */
  readonly frames: readonly string[];
  /** The vendor's event for "something broke while I was answering". */
  readonly errorFrame: string;
}

/** A vendor's API. */
export interface Api {
  answer(request: ApiRequest, behaviour: Behaviour): ApiAnswer;
  /** The error that a switched-on fault asks for. */
  refuse(status: number, text: string): ApiAnswer;
}
