import { open } from 'node:fs/promises';

/** What was written to a log file after byte `start`; empty when there is nothing or no file. */
export async function readLogFrom(file: string, start: number): Promise<string> {
  const handle = await open(file, 'r').catch(() => null);
  if (handle === null) return '';
  try {
    const length = (await handle.stat()).size - start;
    if (length <= 0) return '';
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(length), position: start });
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
