import { QueryRunnerAlreadyReleasedError, QueryRunnerProviderAlreadyReleasedError } from 'typeorm';
import { wasLost, wasRefused } from './connection-faults.js';

/** What `pg`, PostgreSQL and Node tell of a fault; each of it may be missing. */
interface Fault extends Error {
  readonly code?: unknown;
  /** Of PostgreSQL alone. */
  readonly severity?: unknown;
  /** Of Node alone. */
  readonly syscall?: unknown;
}

/** What went wrong, whichever of TypeORM's wrappers it came in. */
function faultOf(error: unknown): Fault | undefined {
  if (!(error instanceof Error)) return undefined;
  const inner = 'driverError' in error ? error.driverError : undefined;
  return inner ? faultOf(inner) : error;
}

function codeOf(error: unknown): string | undefined {
  const code = faultOf(error)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** PostgreSQL undid the transaction because of another one; run again, it can succeed. */
export function isConflict(error: unknown): boolean {
  const code = codeOf(error);
  return code === '40001' || code === '40P01';
}

/** SQLSTATE classes 22 and 23: the values themselves are refused, whoever tries again. */
export function isDataFault(error: unknown): boolean {
  return /^(22|23)/.test(codeOf(error) ?? '');
}

/** SQLSTATE class 22 alone: a value that no column, type or function of PostgreSQL can hold. */
export function isUnheldValue(error: unknown): boolean {
  return (codeOf(error) ?? '').startsWith('22');
}

const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  // Of Node's own, when something is written in the moment in which the other side ends.
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_WRITE_AFTER_END',
  'ERR_SOCKET_CLOSED',
  'ERR_SOCKET_CONNECTION_TIMEOUT',
]);
/** Such as a host without descriptors or ports to spare, or a Unix socket whose server is stopped. */
const REACHING = new Set<unknown>(['connect', 'getaddrinfo']);
/**
 * 57P01-57P03: the server is stopping, has crashed, or is still starting; 53300: it has no connection
 * left; 57P05, 25P03, 25P04: it ended a session or a transaction that took too long.
 */
const SERVER = new Set(['57P01', '57P02', '57P03', '57P05', '53300', '25P03', '25P04']);
/** `pg` and TypeORM give these no code. The one of SSL comes of a server that cannot start a process. */
const WORDS =
  /timeout ex(pired|ceeded)|Connection terminated|Query read timeout|not queryable|received invalid response|establishing an SSL connection|database is closing|Driver not Connected/;

/** The server could not be reached, or not for now: worth another try. */
export function isConnectionLoss(error: unknown): boolean {
  if (isRunnerGone(error)) return true;
  const fault = faultOf(error);
  if (!fault) return false;
  if (wasLost(fault) || isFatal(fault) || REACHING.has(fault.syscall)) return true;
  // Of several addresses of a host.
  if (fault instanceof AggregateError && fault.errors.some(isConnectionLoss)) return true;
  const code = codeOf(fault);
  if (code) return NETWORK.has(code) || SERVER.has(code) || code.startsWith('08');
  return WORDS.test(fault.message);
}

/** TypeORM releases a runner under its user when its connection breaks, and says no more than that. */
function isRunnerGone(error: unknown): boolean {
  return (
    error instanceof QueryRunnerAlreadyReleasedError ||
    error instanceof QueryRunnerProviderAlreadyReleasedError
  );
}

/** With these words a server or a pooler ends a session; one that it never began is another matter. */
function isFatal(fault: Fault): boolean {
  return (fault.severity === 'FATAL' || fault.severity === 'PANIC') && !wasRefused(fault);
}

/**
 * SQLSTATE classes 53, 58 and 57: without the disk or memory that it needs, or told to stop what it
 * does. 25006: it takes no writes, as after a failover; 55P03: a lock is not to be had in time.
 */
const NOT_NOW = /^(5[378]|25006|55P03)/;

/**
 * The database cannot do its work for now, whatever is asked of it: out of reach, out of means, told
 * to stop, or busy with others. Who got no connection, for whatever reason, has no database.
 */
export function isUnavailable(error: unknown): boolean {
  const fault = faultOf(error);
  if (!fault) return false;
  const gone = wasRefused(fault) || isConnectionLoss(error) || isConflict(error);
  return gone || NOT_NOW.test(codeOf(error) ?? '');
}

/** A line for people. Node gives no message of its own when several addresses of a host failed. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || codeOf(error) || error.name;
}
