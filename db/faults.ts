import { DatabaseError } from 'pg';
import { isMarked } from './marked-client';

/** Codes of node and of Postgres (classes 08, 53, 57P) that mean: the database cannot answer now, but may soon. */
const GONE = /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|08...|53...|57P0.)$/;
/** The driver's own words, where it gives no code. */
const GONE_MESSAGE = /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error|not queryable/i;
/** Two transactions were in each other's way: the same again may well succeed. */
const CONFLICT = /^(40001|40P01)$/;

/** Whether an error of the driver says that Postgres is gone, starting, ending or out of connections. */
export function isDatabaseGone(error: unknown): boolean {
  return GONE.test(codeOf(error)) || GONE_MESSAGE.test(wordOf(error, 'message'));
}

/** Whether what failed may succeed soon: the database is gone for a while, or two transactions were in each other's way. */
export function isDatabaseAway(error: unknown): boolean {
  return isDatabaseGone(error) || CONFLICT.test(codeOf(error));
}

/** Empty for what Postgres and the way to it have nothing to do with: a store or a child process fails with the same codes. */
function codeOf(error: unknown): string {
  return error instanceof DatabaseError || isMarked(error) ? wordOf(error, 'code') : '';
}

function wordOf(error: unknown, name: 'code' | 'message'): string {
  const word: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
  return typeof word === 'string' ? word : '';
}
