/** Codes of node and of Postgres (classes 08, 53, 57P) that mean: the database cannot answer now, but may soon. */
const AWAY = /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|08...|53...|57P0.|40001|40P01)$/;
const AWAY_MESSAGE = /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error|not queryable/i;

/** Whether an error of the driver says that Postgres is away, starting, ending or out of connections. */
export function isDatabaseAway(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  if ('errors' in error && Array.isArray(error.errors) && error.errors.some(isDatabaseAway)) return true;
  if ('code' in error && typeof error.code === 'string' && AWAY.test(error.code)) return true;
  return 'message' in error && typeof error.message === 'string' && AWAY_MESSAGE.test(error.message);
}
