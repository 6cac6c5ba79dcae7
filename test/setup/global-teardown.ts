import { rm } from 'node:fs/promises';
import type { TestRun } from './test-run';

/** Stops the run's Postgres and removes its data. */
export default async function tearDown(): Promise<void> {
  const { understudyTestRun } = globalThis as { understudyTestRun?: TestRun };
  if (understudyTestRun === undefined) return;
  await understudyTestRun.postgres.stop();
  await understudyTestRun.postgres.remove();
  await rm(understudyTestRun.folder, { recursive: true, force: true });
}
