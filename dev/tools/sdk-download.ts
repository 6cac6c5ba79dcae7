import { chmod, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';

/**
 * Lets the Temporal SDK download the CLI and keeps the file it leaves behind; needs open internet. The SDK offers the
 * download only as part of starting a test server, so one is started and stopped.
 */
export async function downloadTemporalBySdk(version: string, target: string): Promise<void> {
  const { TestWorkflowEnvironment } = await import('@temporalio/testing');
  await mkdir(path.dirname(target), { recursive: true });
  const downloadDir = await mkdtemp(path.join(path.dirname(path.dirname(target)), 'fetch-'));
  try {
    const executable = { type: 'cached-download', version: `v${version}`, downloadDir } as const;
    const environment = await TestWorkflowEnvironment.createLocal({ server: { executable } });
    await environment.teardown();
    const [name] = await readdir(downloadDir);
    if (name === undefined) throw new Error('the Temporal SDK left no file behind');
    await chmod(path.join(downloadDir, name), 0o755);
    await rename(path.join(downloadDir, name), target);
  } finally {
    await rm(downloadDir, { recursive: true, force: true });
  }
}
