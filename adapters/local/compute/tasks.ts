import { lazy } from './host';
import type { TaskTable } from './host';

/**
 * Everything that compute threads can do, one line each: a name, and where the function is.
 * Names are `<area>.<verb>`; the function's own types are what `run` checks.
 */
export const TASKS = {} satisfies TaskTable;

export type Tasks = typeof TASKS;
