import { serveTasks } from './serve';
import { TASKS } from './tasks';

/** The script of a compute thread: `pool.ts` starts it from dist/. */
serveTasks(TASKS);
