import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findPort, isPortFree } from '../../dev/process/ports';
import { startService } from '../../dev/process/service';
import { ensureVersitygw } from '../../dev/tools/versitygw';

export interface TestS3 {
  endpoint: string;
  region: string;
  /** Exists and is empty. */
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
  stop(): Promise<void>;
}

/**
 * An S3 server that this project did not write (versitygw on a temporary folder), or null, with the reason printed, on
 * a machine without Go. The first time compiles it, so give the hook that calls this a limit of 20 minutes.
 */
export async function startTestS3(): Promise<TestS3 | null> {
  const program = await ensureVersitygw((line) => process.stderr.write(`${line}\n`));
  if (program === null) return null;
  const folder = await mkdtemp(path.join(os.tmpdir(), 'understudy-s3-'));
  const bucket = 'understudy-test';
  await mkdir(path.join(folder, 'data', bucket), { recursive: true });
  const port = await findPort(0);
  const access = { accessKeyId: 'understudy', secretAccessKey: 'understudy-secret-key' };
  const service = await startService({
    file: program,
    args: ['--port', `127.0.0.1:${port}`, 'posix', path.join(folder, 'data')],
    env: {
      PATH: process.env['PATH'],
      ROOT_ACCESS_KEY: access.accessKeyId,
      ROOT_SECRET_KEY: access.secretAccessKey,
    },
    cwd: folder,
    logFile: path.join(folder, 's3.log'),
    end: [{ signal: 'SIGKILL', wait_ms: 2_000 }],
  });
  while (service.isRunning() && (await isPortFree(port))) await delay(20);
  if (!service.isRunning()) throw new Error(`the S3 server did not start: ${await service.ended}`);
  const stop = async () => {
    await service.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', bucket, ...access, stop };
}
