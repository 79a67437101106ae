import { STATUS_CODES } from 'node:http';

/** One wrong field: where it is (`metadata.tier`, empty for the whole body) and what is wrong. */
export interface FieldFault {
  readonly path: string;
  readonly message: string;
}

/** An RFC 9457 problem document, as it goes over the wire. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly FieldFault[];
  readonly trace_id?: string;
  readonly [extension: string]: unknown;
}

export interface ProblemOptions {
  readonly status: number;
  /** Stable kind of the problem, kebab-case: clients may switch on it. */
  readonly kind: string;
  /** What happened and what to do about it, in words for the caller. Never an exception's text. */
  readonly detail: string;
  readonly errors?: readonly FieldFault[];
  /** Further members of the document, such as `workflow_id`. */
  readonly extensions?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/**
 * An error that the caller is told about, as `application/problem+json` (RFC 9457).
 *
 * `type` is `urn:spanledger:problem:<kind>`: a name, not an address, so that it means the same
 * on every host.
 */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly kind: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly #options: ProblemOptions;

  constructor(options: ProblemOptions) {
    super(options.detail, { cause: options.cause });
    this.status = options.status;
    this.kind = options.kind;
    this.headers = options.headers ?? {};
    this.#options = options;
  }

  /** The same problem with more members, e.g. the workflow it happened in. */
  with(extensions: Readonly<Record<string, unknown>>): Problem {
    const options = this.#options;
    return new Problem({
      ...options,
      extensions: { ...options.extensions, ...extensions },
      cause: this.cause,
    });
  }

  toDocument(traceId?: string): ProblemDocument {
    const { status, kind, detail, errors, extensions } = this.#options;
    return {
      type: `urn:spanledger:problem:${kind}`,
      title: STATUS_CODES[status] ?? 'Error',
      status,
      detail,
      ...(errors && { errors }),
      ...extensions,
      ...(traceId && { trace_id: traceId }),
    };
  }
}

/** A body of nothing but faults would be answered with many times its size. */
const MOST_FAULTS = 100;

/** 422 for a request whose fields are wrong; the first hundred of them are in `errors`. */
export function invalidRequest(faults: readonly FieldFault[]): Problem {
  const errors = faults.slice(0, MOST_FAULTS);
  const more = faults.length > errors.length ? ` and ${faults.length - errors.length} more` : '';
  const paths = errors.map((error) => error.path || '(body)').join(', ') + more;
  return new Problem({
    status: 422,
    kind: 'invalid-request',
    detail: `The request has ${errors.length === 1 ? 'a wrong field' : 'wrong fields'}: ${paths}.`,
    errors,
  });
}

export function notFound(detail: string): Problem {
  return new Problem({ status: 404, kind: 'not-found', detail });
}

export function conflict(kind: string, detail: string): Problem {
  return new Problem({ status: 409, kind, detail });
}
