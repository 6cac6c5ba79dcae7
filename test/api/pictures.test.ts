import { randomUUID } from 'node:crypto';
import { newId } from '../../contracts/ids';
import { saveAssetRow } from '../../db/assets';
import { clientOf } from './support/client';
import { makeAvatar, newKey, output } from './support/data';
import { startApi, type TestApi } from './support/start-api';

describe('pictures that a caller brings for a film', () => {
  let api: TestApi;
  const http = clientOf(() => api);

  beforeAll(async () => {
    api = await startApi();
  });
  afterAll(async () => api.stop());

  it('are refused at the door when they are films, before anything is paid', async () => {
    const asset_id = newId('asset', new Date());
    const sha256 = randomUUID().replaceAll('-', '').padEnd(64, '0');
    await saveAssetRow(api.deps.pool, { asset_id, tenant: 'demo', sha256, bytes: 10, content_type: 'video/mp4', now: new Date() });
    const scenes = [{ transcript: 'Hello.', b_roll: { asset_id } }];
    const body = { ...output(await makeAvatar(api)), script: undefined, mode: 'b_roll', scenes, idempotency_key: newKey() };
    const answer = await http.post('/v1/jobs', body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toEqual([{ pointer: '/scenes/0/b_roll/asset_id', message: 'must be a JPEG, PNG, WebP or AVIF picture' }]);
  });
});
