/** What went wrong, whichever of TypeORM's wrappers it came in. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const inner = 'driverError' in error ? error.driverError : undefined;
  if (inner) return codeOf(inner);
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
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
]);
/** 57P01-57P03: the server is stopping, has crashed, or is still starting; 53300: it has no connection left. */
const SERVER = new Set(['57P01', '57P02', '57P03', '53300']);
/** `pg` and TypeORM give these no code. A runner is released under its user when its connection breaks. */
const WORDS =
  /timeout ex(pired|ceeded)|Connection terminated|Query read timeout|not queryable|Query runner already released|database is closing/;

/** The server could not be reached, or not for now: worth another try. */
export function isConnectionLoss(error: unknown): boolean {
  const code = codeOf(error);
  if (code) return NETWORK.has(code) || SERVER.has(code) || code.startsWith('08');
  return error instanceof Error && WORDS.test(error.message);
}

/**
 * The database cannot do its work for now, whatever is asked of it: out of reach, without the disk
 * or memory that it needs, or told to stop what it does (SQLSTATE classes 53, 58 and 57).
 */
export function isUnavailable(error: unknown): boolean {
  return isConnectionLoss(error) || /^5[378]/.test(codeOf(error) ?? '');
}

/** A line for people. Node gives no message of its own when several addresses of a host failed. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || codeOf(error) || error.name;
}
