import { existsSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../contracts/project-root';
import type { EndStep } from '../process/end-process';
import { startService } from '../process/service';
import type { Service } from '../process/service';

const PRODUCT_END: readonly EndStep[] = [
  { signal: 'SIGTERM', wait_ms: 4_000 },
  { signal: 'SIGKILL', wait_ms: 1_000 },
];
const LARGEST_LOG_BYTES = 20 * 1024 * 1024;

/** glibc keeps an arena for each thread and rarely gives memory back; picture work in threads would hold 200 MB more. */
const MALLOC = { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '131072', MALLOC_TRIM_THRESHOLD_: '131072' };

/** Starts one of the production processes as production does: from dist/, configured by environment only. */
export function startProduct(name: 'api' | 'worker', env: NodeJS.ProcessEnv, logs: string): Promise<Service> {
  return startService({
    file: process.execPath,
    args: ['--enable-source-maps', path.join(projectRoot(), 'dist', name, 'main.js')],
    env: { ...MALLOC, ...env },
    cwd: projectRoot(),
    logFile: path.join(logs, `${name}.log`),
    end: PRODUCT_END,
  });
}

/** One earlier log file is kept; called between runs, when nobody writes. */
export function rotateLogs(logs: string): void {
  for (const name of ['api', 'worker', 'temporal', 'postgres']) {
    const file = path.join(logs, `${name}.log`);
    if (existsSync(file) && statSync(file).size > LARGEST_LOG_BYTES) renameSync(file, `${file}.1`);
  }
}
