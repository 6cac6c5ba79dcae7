import { newId } from '../../contracts/ids';
import { clientOf } from './support/client';
import { creation, makeAsset, makeAvatar, newKey } from './support/data';
import { startApi, type TestApi } from './support/start-api';

let api: TestApi;
const { get, post, send } = clientOf(() => api);

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

describe('a token', () => {
  it('is asked for', async () => {
    for (const token of [null]) {
      const { status, body, headers } = await get('/v1/jobs', { token });
      expect([status, body.code, headers.get('www-authenticate')]).toEqual([401, 'token_missing', 'Bearer']);
    }
    const basic = await get('/v1/jobs', { token: null, headers: { authorization: 'Basic dTpw' } });
    expect(basic.body.code).toBe('token_missing');
  });

  it('has to be known', async () => {
    for (const token of ['ust_wrong', 'ust_demo_backend2', 'x'.repeat(4_000)]) {
      const { status, body } = await get('/v1/jobs', { token });
      expect([status, body.code]).toEqual([401, 'token_invalid']);
    }
  });

  it('is checked before the body is', async () => {
    const { status } = await post('/v1/jobs', '{', { token: 'ust_wrong' });
    expect(status).toBe(401);
  });

  it('is not needed for health, metrics and documents', async () => {
    for (const path of ['/healthz', '/readyz', '/metrics', '/openapi.json', '/asyncapi.json', '/docs', '/docs/errors']) {
      expect((await get(path, { token: null })).status).toBe(200);
    }
  });
});

describe("another tenant's", () => {
  it('job is not found by any request', async () => {
    const { body: job } = await post('/v1/jobs', await creation(api));
    const path = `/v1/jobs/${job.job_id}`;
    for (const view of ['', '/stages', '/snapshot', '/timeline', '/events', '/events/stream', '/decisions', `/diff/${job.job_id}`]) {
      const { status, body } = await get(`${path}${view}`, { tenant: 'other', role: 'operator' });
      expect([view, status, body.code]).toEqual([view, 404, 'job_not_found']);
    }
    for (const action of ['/cancel', '/budget', '/approvals', '/retry', '/resolve']) {
      const { status, body } = await post(`${path}${action}`, {}, { tenant: 'other', role: 'operator' });
      expect([action, status, body.code]).toEqual([action, 404, 'job_not_found']);
    }
    const decision = { contract: 'v3', job_type: 'script_approval', idempotency_key: newKey(), job_id: job.job_id, decision: 'approved', revision: 1, decided_by: 'r' };
    expect((await post('/v1/jobs', decision, { tenant: 'other' })).body.code).toBe('job_not_found');
    expect((await get('/v1/jobs', { tenant: 'other' })).body.jobs).toEqual([]);
  });

  it('avatar, asset and event are not found', async () => {
    const avatar = await makeAvatar(api);
    const { asset_id } = await makeAsset(api);
    const { body: job } = await post('/v1/jobs', await creation(api, { callback: { url: 'https://backend.example/hooks' } }));
    const { body: log } = await get(`/v1/jobs/${job.job_id}/events`);
    const foreign = { tenant: 'other', role: 'operator' } as const;
    expect((await get(`/v1/avatars/${avatar}`, foreign)).body.code).toBe('avatar_not_found');
    expect((await get(`/v1/avatars/${avatar}/versions/1`, foreign)).body.code).toBe('avatar_not_found');
    expect((await send('DELETE', `/v1/avatars/${avatar}`, foreign)).body.code).toBe('avatar_not_found');
    expect((await get(`/v1/assets/${asset_id}`, foreign)).body.code).toBe('asset_not_found');
    expect((await post(`/v1/events/${log.events[0].id}/redeliver`, undefined, foreign)).body.code).toBe('event_not_found');
    expect((await get(`/v1/avatars/${avatar}`)).body.revoked_at).toBeNull();
  });
});

describe('a role', () => {
  const job = newId('job', new Date());
  const key = newKey();

  it.each([
    ['reviewer', 'POST', '/v1/jobs', { job_type: 'avatar_output' }],
    ['reviewer', 'POST', '/v1/jobs', { job_type: 'output_retry' }],
    ['reviewer', 'POST', '/v1/jobs', {}],
    ['reviewer', 'POST', '/v1/assets', {}],
    ['reviewer', 'POST', `/v1/jobs/${job}/retry`, {}],
    ['reviewer', 'POST', `/v1/jobs/${job}/cancel`, {}],
    ['reviewer', 'POST', `/v1/jobs/${job}/budget`, {}],
    ['reviewer', 'POST', `/v1/jobs/${job}/resolve`, {}],
    ['backend', 'POST', `/v1/jobs/${job}/resolve`, {}],
    ['reviewer', 'DELETE', `/v1/avatars/${newId('avatar', new Date())}`, undefined],
    ['reviewer', 'GET', '/v1/deliveries', undefined],
    ['reviewer', 'POST', `/v1/events/${newId('event', new Date())}/redeliver`, {}],
    ['backend', 'POST', `/v1/events/${newId('event', new Date())}/redeliver`, {}],
  ] as const)('%s may not %s %s', async (role, method, path, body) => {
    const answer = await send(method, path, { role, body });
    expect([answer.status, answer.body.code]).toEqual([403, 'role_forbidden']);
  });

  it('reviewer may decide and read', async () => {
    const decision = { contract: 'v3', job_type: 'script_approval', idempotency_key: key, job_id: job, decision: 'approved', revision: 1, decided_by: 'r' };
    expect((await post('/v1/jobs', decision, { role: 'reviewer' })).body.code).toBe('job_not_found');
    expect((await get('/v1/jobs', { role: 'reviewer' })).status).toBe(200);
  });
});
