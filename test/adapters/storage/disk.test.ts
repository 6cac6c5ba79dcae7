import { mkdtempSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { ContentDamaged } from '../../../adapters/storage/asset-store';
import { createDiskStore } from '../../../adapters/storage/disk';
import { isLinkValid } from '../../../adapters/storage/signed-link';
import { describeStore } from './conformance';

const dir = mkdtempSync(path.join(os.tmpdir(), 'understudy-disk-'));
const secret = 'a secret of the test run';
const store = createDiskStore({ dir, publicUrl: () => 'http://127.0.0.1:1', secret });

afterAll(() => rm(dir, { recursive: true, force: true }));

describe('the store in a folder', () => {
  describeStore(() => store);

  it('notices damaged bytes while they are read', async () => {
    const { sha256 } = await store.put('demo', Readable.from([Buffer.from('right')]), { content_type: 'text/plain' });
    await writeFile(path.join(dir, 'demo', sha256), 'wrong');
    await expect(store.open({ tenant: 'demo', sha256 }).then(buffer)).rejects.toBeInstanceOf(ContentDamaged);
    await expect(store.toFile({ tenant: 'demo', sha256 }, path.join(dir, 'copy'))).rejects.toBeInstanceOf(ContentDamaged);
  });
});

describe('a signed link', () => {
  const asset_id = `as_${'0'.repeat(32)}`;
  const now = new Date('2026-11-23T12:00:00Z');
  const claimOf = (link: string) => {
    const query = new URL(link).searchParams;
    return {
      asset_id,
      expires: query.get('expires') ?? '',
      name: query.get('name') ?? '',
      signature: query.get('signature') ?? '',
    };
  };
  const sign = () =>
    store.sign({
      tenant: 'demo',
      sha256: '0'.repeat(64),
      asset_id,
      content_type: 'image/png',
      filename: 'a.png',
      expires_at: new Date(now.getTime() + 60_000),
      now,
    });

  it('is valid until it expires', async () => {
    const claim = claimOf(await sign());
    expect(isLinkValid(claim, secret, now)).toBe(true);
    expect(isLinkValid(claim, secret, new Date(now.getTime() + 60_001))).toBe(false);
  });

  it('is not valid when any part of it was changed', async () => {
    const claim = claimOf(await sign());
    const later = String(Number(claim.expires) + 1);
    expect(isLinkValid({ ...claim, expires: later }, secret, now)).toBe(false);
    expect(isLinkValid({ ...claim, name: 'b.png' }, secret, now)).toBe(false);
    expect(isLinkValid({ ...claim, asset_id: `as_${'1'.repeat(32)}` }, secret, now)).toBe(false);
    expect(isLinkValid({ ...claim, signature: '' }, secret, now)).toBe(false);
    expect(isLinkValid(claim, 'another secret', now)).toBe(false);
  });
});
