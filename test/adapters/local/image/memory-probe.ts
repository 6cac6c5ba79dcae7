import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createComputePool } from '../../../../adapters/local/compute/pool';

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
  process.stdout.write(String(Math.round((process.resourceUsage().maxRSS * 1024) / 1e6)));
}

void main(process.argv[2] ?? '');
