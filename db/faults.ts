/** Codes of node and of Postgres (classes 08, 53, 57P) that mean: the database cannot answer now, but may soon. */
const GONE = /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|08...|53...|57P0.)$/;
const GONE_MESSAGE = /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error|not queryable/i;
/** Two transactions were in each other's way: the same again may well succeed. */
const CONFLICT = /^(40001|40P01)$/;

/** Whether an error of the driver says that Postgres is gone, starting, ending or out of connections. */
export function isDatabaseGone(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  if ('errors' in error && Array.isArray(error.errors) && error.errors.some(isDatabaseGone)) return true;
  if (GONE.test(codeOf(error))) return true;
  return 'message' in error && typeof error.message === 'string' && GONE_MESSAGE.test(error.message);
}

/** Whether what failed may succeed soon: the database is gone for a while, or two transactions were in each other's way. */
export function isDatabaseAway(error: unknown): boolean {
  return isDatabaseGone(error) || (typeof error === 'object' && error !== null && CONFLICT.test(codeOf(error)));
}

function codeOf(error: object): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}
