import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { ContentMissing, ContentTooLarge, type AssetStore } from '../../../adapters/storage/asset-store';

const PNG = { content_type: 'image/png' };
const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** What every store must do, whatever lies behind it. */
export function describeStore(store: () => AssetStore): void {
  it('keeps a stream under the digest of its bytes', async () => {
    const bytes = randomBytes(300_000);
    const content = await store().put('demo', Readable.from([bytes.subarray(0, 1_000), bytes.subarray(1_000)]), PNG);
    expect(content).toEqual({ sha256: digest(bytes), bytes: bytes.length });
    expect(await buffer(await store().open({ tenant: 'demo', sha256: content.sha256 }))).toEqual(bytes);
  });

  it('keeps a file, also an empty one', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'understudy-store-'));
    const file = path.join(folder, 'empty');
    await writeFile(file, '');
    const content = await store().put('demo', { path: file }, PNG);
    expect(content.bytes).toBe(0);
    expect(await store().exists({ tenant: 'demo', sha256: content.sha256 })).toBe(true);
  });

  it('takes the same bytes twice, also at the same time', async () => {
    const bytes = randomBytes(50_000);
    const put = () => store().put('demo', Readable.from([bytes]), PNG);
    const all = await Promise.all([put(), put(), put(), put()]);
    expect(new Set(all.map((content) => content.sha256)).size).toBe(1);
    expect(await buffer(await store().open({ tenant: 'demo', sha256: digest(bytes) }))).toEqual(bytes);
  });

  it('keeps tenants apart', async () => {
    const bytes = randomBytes(10);
    await store().put('demo', Readable.from([bytes]), PNG);
    expect(await store().exists({ tenant: 'other', sha256: digest(bytes) })).toBe(false);
  });

  it('refuses more bytes than the limit and keeps none of them', async () => {
    const bytes = randomBytes(2_000);
    const put = store().put('demo', Readable.from([bytes]), { ...PNG, limit_bytes: 1_999 });
    await expect(put).rejects.toBeInstanceOf(ContentTooLarge);
    expect(await store().exists({ tenant: 'demo', sha256: digest(bytes) })).toBe(false);
  });

  it('fails a put whose stream breaks off', async () => {
    const broken = Readable.from(
      (async function* () {
        yield randomBytes(100);
        throw new Error('gone');
      })(),
    );
    await expect(store().put('demo', broken, PNG)).rejects.toThrow('gone');
  });

  it('reads a range', async () => {
    const bytes = Buffer.from('0123456789');
    const { sha256 } = await store().put('demo', Readable.from([bytes]), PNG);
    const part = await store().open({ tenant: 'demo', sha256 }, { start: 2, end: 5 });
    expect((await buffer(part)).toString()).toBe('2345');
  });

  it('writes checked bytes to a file and leaves nothing else beside it', async () => {
    const bytes = randomBytes(70_000);
    const { sha256 } = await store().put('demo', Readable.from([bytes]), PNG);
    const folder = mkdtempSync(path.join(os.tmpdir(), 'understudy-store-'));
    await store().toFile({ tenant: 'demo', sha256 }, path.join(folder, 'copy.bin'));
    expect(await readFile(path.join(folder, 'copy.bin'))).toEqual(bytes);
    expect(await readdir(folder)).toEqual(['copy.bin']);
  });

  it('says that bytes are missing', async () => {
    const missing = { tenant: 'demo', sha256: '0'.repeat(64) };
    await expect(store().open(missing)).rejects.toBeInstanceOf(ContentMissing);
    expect(await store().exists(missing)).toBe(false);
    expect(await store().erase(missing)).toBe(false);
  });

  it('erases', async () => {
    const { sha256 } = await store().put('demo', Readable.from([randomBytes(20)]), PNG);
    expect(await store().erase({ tenant: 'demo', sha256 })).toBe(true);
    expect(await store().exists({ tenant: 'demo', sha256 })).toBe(false);
  });

  it('refuses keys that could leave their folder', async () => {
    await expect(async () => store().open({ tenant: '..', sha256: '0'.repeat(64) })).rejects.toBeInstanceOf(TypeError);
    await expect(async () => store().open({ tenant: 'demo', sha256: '../../etc/passwd' })).rejects.toBeInstanceOf(TypeError);
  });
}
