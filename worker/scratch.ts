import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';

/**
 * Removes what killed workers left in the scratch folder: each folder begins with the id of the process that made it. Called
 * before this process makes any, so that its own id is that of one before it: in a container each has the same.
 */
export async function sweepScratch(scratch: string): Promise<void> {
  const names = await readdir(scratch).catch(() => []);
  for (const name of names) {
    const pid = Number(name.split('-')[0]);
    if (Number.isInteger(pid) && (pid === process.pid || !isAlive(pid))) await rm(path.join(scratch, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
