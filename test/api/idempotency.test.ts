import { clientOf } from './support/client';
import { creation, makeAvatar, newKey, output } from './support/data';
import { startApi, type TestApi } from './support/start-api';

let api: TestApi;
const { get, post } = clientOf(() => api);

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

describe('a repeated request', () => {
  it('gets the same job with 200 and says so', async () => {
    const request = await creation(api);
    const first = await post('/v1/jobs', request);
    const second = await post('/v1/jobs', request);
    expect([first.status, second.status]).toEqual([202, 200]);
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(second.body).toEqual(first.body);
  });

  it('is the same in another order of fields, with defaults spelled out, and with the key in the header', async () => {
    const avatar = await makeAvatar(api);
    const request = output(avatar, { idempotency_key: newKey() });
    const first = await post('/v1/jobs', request);
    const { idempotency_key, ...rest } = request;
    const spelled = { ...Object.fromEntries(Object.entries(rest).reverse()), priority: 3, output: { aspect_ratio: '16:9' } };
    const second = await post('/v1/jobs', spelled, { headers: { 'idempotency-key': idempotency_key } });
    expect(second.status).toBe(200);
    expect(second.body.job_id).toBe(first.body.job_id);
  });

  it('is the same with members that are null, or without them', async () => {
    const request = await creation(api, { style: null, callback: null });
    const first = await post('/v1/jobs', request);
    const { style: _, callback: __, ...rest } = request as Record<string, unknown>;
    for (const body of [rest, { ...rest, name: null, voice_sample: null }]) {
      expect(await post('/v1/jobs', body)).toMatchObject({ status: 200, body: { job_id: first.body.job_id } });
    }
  });

  it('with another body is refused', async () => {
    const request = await creation(api);
    await post('/v1/jobs', request);
    for (const change of [{ name: 'Bob' }, { priority: 1 }, { correlation: { a: 'b' } }]) {
      const { status, body } = await post('/v1/jobs', { ...request, ...change });
      expect([status, body.code]).toEqual([422, 'idempotency_key_reused']);
    }
  });

  it('gets its job even when the request would be refused by now', async () => {
    const avatar = await makeAvatar(api);
    const request = output(avatar);
    const first = await post('/v1/jobs', request);
    await api.deps.pool.query('update avatars set revoked_at = now() where avatar_id = $1', [avatar]);
    const again = await post('/v1/jobs', request);
    expect([again.status, again.body.job_id]).toEqual([200, first.body.job_id]);
    const fresh = await post('/v1/jobs', { ...request, idempotency_key: newKey() });
    expect([fresh.status, fresh.body.code]).toEqual([422, 'avatar_revoked']);
  });

  it('of another tenant is another request', async () => {
    const request = output(await makeAvatar(api));
    const first = await post('/v1/jobs', request);
    const other = output(await makeAvatar(api, 'other'), { idempotency_key: request.idempotency_key });
    const second = await post('/v1/jobs', other, { tenant: 'other' });
    expect([first.status, second.status]).toEqual([202, 202]);
    expect(second.body.job_id).not.toBe(first.body.job_id);
  });

  it('stored nothing where it was refused, so the key is still free', async () => {
    const request = await creation(api);
    expect((await post('/v1/jobs', { ...request, priority: 9 })).status).toBe(400);
    expect((await post('/v1/jobs', request)).status).toBe(202);
  });
});

describe('many at once', () => {
  it('200 posts of one key make one job and one event', async () => {
    const request = await creation(api);
    const answers = await Promise.all(Array.from({ length: 200 }, () => post('/v1/jobs', request)));
    expect(answers.filter((answer) => answer.status === 202)).toHaveLength(1);
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(199);
    const ids = new Set(answers.map((answer) => answer.body.job_id));
    expect(ids.size).toBe(1);
    expect((await get(`/v1/jobs/${[...ids][0]}/events`)).body.events).toHaveLength(1);
  });

  it('posts of one key with different bodies make one job; the others are refused', async () => {
    const request = await creation(api);
    const answers = await Promise.all(Array.from({ length: 40 }, (_, index) => post('/v1/jobs', { ...request, name: `Name ${index}` })));
    expect(answers.filter((answer) => answer.status === 202)).toHaveLength(1);
    expect(answers.filter((answer) => answer.body.code === 'idempotency_key_reused')).toHaveLength(39);
  });

  it('posts of many keys in mixed order all end, each key once', async () => {
    const requests = await Promise.all(Array.from({ length: 30 }, () => creation(api)));
    const shuffled = [...requests, ...[...requests].reverse(), ...requests];
    const answers = await Promise.all(shuffled.map((request) => post('/v1/jobs', request)));
    expect(answers.filter((answer) => answer.status === 202)).toHaveLength(30);
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(60);
  });
});
