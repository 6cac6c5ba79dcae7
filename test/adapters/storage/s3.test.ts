import { existsSync } from 'node:fs';
import { Readable } from 'node:stream';
import type { AssetStore } from '../../../adapters/storage/asset-store';
import { createS3Store } from '../../../adapters/storage/s3';
import { cachedVersitygw } from '../../../dev/tools/versitygw';
import { startTestS3, type TestS3 } from '../../setup/s3';
import { describeStore } from './conformance';

// Global setup compiles the server once; where there is no Go it has said so and these tests are skipped.
const onServer = existsSync(cachedVersitygw()) ? describe : describe.skip;

onServer('the store in an S3 bucket', () => {
  let server: TestS3;
  let store: AssetStore;

  beforeAll(async () => {
    const started = await startTestS3();
    if (!started) throw new Error('the S3 server is there but does not start');
    server = started;
    store = createS3Store({ ...server, credentials: server });
  });

  afterAll(() => server.stop());

  describeStore(() => store);

  it('gives a link that works without credentials and names type and file', async () => {
    const { sha256 } = await store.put('demo', Readable.from([Buffer.from('linked')]), { content_type: 'text/plain' });
    const now = new Date();
    const expires_at = new Date(now.getTime() + 60_000);
    const key = { tenant: 'demo', sha256, asset_id: 'as_1', content_type: 'video/mp4', filename: 'film.mp4', expires_at, now };
    const answer = await fetch(await store.sign(key));
    expect(await answer.text()).toBe('linked');
    expect(answer.headers.get('content-type')).toBe('video/mp4');
    expect(answer.headers.get('content-disposition')).toContain('film.mp4');
  });

  it('gives a link that stops working when it was changed', async () => {
    const { sha256 } = await store.put('demo', Readable.from([Buffer.from('mine')]), { content_type: 'text/plain' });
    const now = new Date();
    const expires_at = new Date(now.getTime() + 60_000);
    const link = await store.sign({ tenant: 'demo', sha256, asset_id: 'as_1', content_type: 'text/plain', filename: 'a', expires_at, now });
    const answer = await fetch(link.replace('X-Amz-Expires=60', 'X-Amz-Expires=600'));
    expect(answer.status).toBe(403);
  });

  it('is refused with a wrong secret', async () => {
    const stranger = createS3Store({ ...server, credentials: { accessKeyId: server.accessKeyId, secretAccessKey: 'wrong' } });
    const put = stranger.put('demo', Readable.from([Buffer.from('no')]), { content_type: 'text/plain' });
    await expect(put).rejects.toThrow();
  });
});
