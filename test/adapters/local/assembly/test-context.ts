import { createHash, randomUUID } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { WorkContext } from '../../../../adapters/capabilities/adapter';
import type { AssetRef } from '../../../../contracts/media';

/** A work context on a folder of its own, with a store by content. */
export interface TestContext extends WorkContext {
  /** Stores bytes as an asset. */
  put(content_type: string, bytes: Uint8Array | string): Promise<AssetRef>;
  abort(): void;
  remove(): Promise<void>;
}

export async function createTestContext(): Promise<TestContext> {
  const root = await mkdtemp(path.join(tmpdir(), 'understudy-test-'));
  const dir = path.join(root, 'work');
  const shelf = path.join(root, 'store');
  await mkdir(dir);
  await mkdir(shelf);
  const aborter = new AbortController();
  const store = async (file: string, content_type: string): Promise<AssetRef> => {
    const sha256 = createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
    await copyFile(file, path.join(shelf, sha256));
    return { asset_id: `as_${sha256.slice(0, 32)}`, sha256, content_type, bytes: (await stat(file)).size };
  };
  const put = async (content_type: string, bytes: Uint8Array | string): Promise<AssetRef> => {
    const file = path.join(root, randomUUID());
    await writeFile(file, bytes);
    return store(file, content_type);
  };
  return {
    dir,
    signal: aborter.signal,
    open: (asset) => Promise.resolve(path.join(shelf, asset.sha256)),
    store: (_kind, file) => store(file.path, file.content_type),
    storeJson: (_kind, value) => put('application/json', JSON.stringify(value)),
    operate: () => Promise.reject(new Error('the local family pays for nothing')),
    progress: () => undefined,
    put,
    abort: () => aborter.abort(),
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

/** The ffmpeg that the global setup found. */
export function ffmpegPath(): string {
  const found = process.env['FFMPEG_PATH'];
  if (!found) throw new Error('FFMPEG_PATH is not set: run under Jest');
  return found;
}
