import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { sweepScratch } from '../../worker/scratch';

test('what killed workers left is removed, also of one with this process id; what belongs to others stays', async () => {
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'understudy-scratch-'));
  // Process ids end below 2^22, so nobody has the first one.
  for (const name of ['4194999-gone', `${process.pid}-before`, `${process.ppid}-alive`, 'notes']) mkdirSync(path.join(scratch, name));
  await sweepScratch(scratch);
  expect(readdirSync(scratch).sort()).toEqual([`${process.ppid}-alive`, 'notes'].sort());
  rmSync(scratch, { recursive: true });
});
