import { withLinks, type LinkMaker } from '../../../adapters/storage/asset-links';
import { createS3Store } from '../../../adapters/storage/s3';

const refOf = (digit: string) => ({ asset_id: `as_${digit}`, sha256: digit.repeat(64), content_type: 'video/mp4', bytes: 1 });
const store = createS3Store({ bucket: 'films', region: 'us-east-1', credentials: { accessKeyId: 'key', secretAccessKey: 'secret' } });

/** Links to a bucket that would sign for anything, and what was asked about erased assets. */
function linksTo(erased: string[]): { links: LinkMaker; asked: string[][] } {
  const asked: string[][] = [];
  const findErased = async (_tenant: string, ids: string[]) => {
    asked.push(ids);
    return new Set(erased);
  };
  return { links: { store, ttl_ms: 60_000, findErased, now: () => new Date() }, asked };
}

describe('links in stored documents', () => {
  it('are handed out for what is there, and for nothing that was erased, with one look for all documents', async () => {
    const { links, asked } = linksTo(['as_2']);
    const documents = [{ video: { ...refOf('1'), fps: 25 }, views: [{ view: 'smile', asset: refOf('2') }] }, null, { poster: refOf('1') }];
    const linked = { ...refOf('1'), url: expect.stringContaining('X-Amz-Signature='), url_expires_at: expect.any(String) };
    const expected = [{ video: { ...linked, fps: 25 }, views: [{ view: 'smile', asset: null }] }, null, { poster: linked }];
    expect(await withLinks(links, 'demo', documents)).toEqual(expected);
    expect(asked).toEqual([['as_1', 'as_2']]);
  });

  it('cost no look where a document names no asset', async () => {
    const { links, asked } = linksTo([]);
    expect(await withLinks(links, 'demo', [{ percent: 1, scenes: [1, 2] }])).toEqual([{ percent: 1, scenes: [1, 2] }]);
    expect(asked).toEqual([]);
  });
});
