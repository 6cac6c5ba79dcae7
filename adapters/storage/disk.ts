import { randomBytes } from 'node:crypto';
import { access, mkdir, open, rename, rm, unlink } from 'node:fs/promises';
import path from 'node:path';
import { ContentMissing, storageKey, type AssetStore, type ContentKey } from './asset-store';
import { spool, verified, writeWhole } from './hashing';
import { signLink } from './signed-link';

export interface DiskStoreOptions {
  dir: string;
  /** Address under which the API serves `/v1/assets/{id}/content`; asked for at each link, because a port may be unknown before. */
  publicUrl: () => string;
  /** Signs the links; the same in every process. */
  secret: string;
}

/** Assets in a folder: `<dir>/<tenant>/<sha256>`, moved into place as a whole, served by the API through signed links. */
export function createDiskStore(options: DiskStoreOptions): AssetStore {
  const placeOf = (key: ContentKey): string => path.join(options.dir, storageKey(key));
  const store: AssetStore = {
    kind: 'disk',
    async put(tenant, source, { limit_bytes }) {
      const incoming = path.join(options.dir, '.incoming');
      await mkdir(incoming, { recursive: true, mode: 0o700 });
      const content = await spool(source, path.join(incoming, randomBytes(12).toString('hex')), limit_bytes);
      await moveInto(content.path, placeOf({ tenant, sha256: content.sha256 }));
      return { sha256: content.sha256, bytes: content.bytes };
    },
    async open(key, range) {
      const file = await open(placeOf(key)).catch(orMissing);
      const stream = file.createReadStream(range ?? {});
      return range ? stream : verified(stream, key.sha256);
    },
    async toFile(key, target) {
      await writeWhole(await store.open(key), target);
    },
    exists: (key) => isThere(placeOf(key)),
    erase: (key) => unlink(placeOf(key)).then(
      () => true,
      (error: unknown) => (isMissing(error) ? false : Promise.reject(error)),
    ),
    sign: (request) => Promise.resolve(signLink(request, { publicUrl: options.publicUrl(), secret: options.secret })),
  };
  return store;
}

/** The last writer wins with the same bytes; the folder is synced so that the name survives a power cut. */
async function moveInto(from: string, target: string): Promise<void> {
  const folder = path.dirname(target);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (await isIntact(target, from)) return await rm(from, { force: true });
  await rename(from, target);
  const handle = await open(folder);
  await handle.sync().finally(() => handle.close());
}

/** A file that was cut short by a fault of the disk is replaced. */
async function isIntact(target: string, from: string): Promise<boolean> {
  const sizes = await Promise.all([target, from].map((file) => open(file).then(sizeOf, () => -1)));
  return sizes[0] === sizes[1];
}

async function sizeOf(file: Awaited<ReturnType<typeof open>>): Promise<number> {
  return file.stat().then((stat) => stat.size).finally(() => file.close());
}

function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

function isMissing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}

function orMissing(error: unknown): never {
  throw isMissing(error) ? new ContentMissing() : error;
}

