import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../../../../contracts/project-root';
import { portrait } from './portrait';

const PROBE = path.join(projectRoot(), 'dist/test/adapters/local/image/memory-probe.js');
/** How a worker process is to be started: otherwise glibc keeps what pictures leave behind in one arena a thread. */
const ALLOCATOR = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '131072',
  MALLOC_TRIM_THRESHOLD_: '131072',
};

test('a photo of 40 megapixels needs at most half a gigabyte', async () => {
  const dir = await mkdtemp(path.join(tmpdir(), 'memory-'));
  const photo = path.join(dir, 'photo.jpg');
  await portrait().resize(6300, 6300).jpeg().toFile(photo);
  const { stdout } = await promisify(execFile)(process.execPath, [PROBE, photo], {
    env: { ...process.env, ...ALLOCATOR },
  });
  await rm(dir, { recursive: true });
  expect(Number(stdout)).toBeGreaterThan(100);
  // Measured at 355 to 365 MB, alone and on a busy machine.
  expect(Number(stdout)).toBeLessThan(512);
});
