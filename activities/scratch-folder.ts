import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';

/** A folder for work that is no stage's, removed afterwards; its name begins with the process, as worker/scratch.ts expects. */
export async function inScratchFolder<T>(scratch: string, work: (dir: string) => Promise<T>): Promise<T> {
  await mkdir(scratch, { recursive: true });
  const dir = await mkdtemp(path.join(scratch, `${process.pid}-`));
  try {
    return await work(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
