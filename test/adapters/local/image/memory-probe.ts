import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createComputePool } from '../../../../adapters/local/compute/pool';

/**
 * Highest resident memory of this process in bytes. Linux keeps it for each program image (VmHWM of proc(5)), while the
 * maximum of getrusage(2) goes over to a program from the process that started it, here a Jest worker of any size.
 */
function peakMemory(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024;
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024;
}

/** Run as a process of its own: takes a photo twice from inspection to character sheet, prints the peak of memory in MB. */
async function main(photo: string): Promise<void> {
  const dir = mkdtempSync(path.join(tmpdir(), 'memory-'));
  const pool = createComputePool({ size: 1 });
  for (const seed of [1, 2]) {
    const { rotation } = await pool.run('image.inspect', { path: photo });
    const { plate, mesh } = await pool.run('image.neutral', { photo, rotation, seed, style: null, dir });
    await pool.run('image.character_sheet', { plate, mesh, title: 'Probe', seed, dir });
  }
  await pool.close();
  rmSync(dir, { recursive: true });
  process.stdout.write(String(Math.round(peakMemory() / 1e6)));
}

void main(process.argv[2] ?? '');
