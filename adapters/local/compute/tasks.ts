import { lazy } from './host';

/**
 * Everything that compute threads can do, one line each: a name, and where the function is.
 * Names are `<area>.<verb>`; the function's own types are what `run` checks. Not `satisfies TaskTable`: that would infer
 * every task's arguments as `never`; pool.ts checks the table where it names it.
 */
export const TASKS = {
  'assembly.render_overlays': lazy(() => import('../assembly/render-overlays.js').then((module) => module.renderOverlays)),
};

export type Tasks = typeof TASKS;
