import { clientOf } from './support/client';
import { creation } from './support/data';
import { startApi, type TestApi } from './support/start-api';
import { OPERATIONS } from '../../api/operations';

let api: TestApi;
const { get, post, send } = clientOf(() => api);

beforeAll(async () => {
  api = await startApi({ RATE_LIMIT_PER_MINUTE: '40' });
});
afterAll(() => api.stop());

describe('readiness', () => {
  it('stays while Temporal is away, and says so', async () => {
    const { status, body } = await get('/readyz', { token: null });
    expect([status, body]).toEqual([200, { status: 'ready', postgres: 'up', temporal: 'away' }]);
  });

  it('ends while Postgres is away, and requests are told to come again', async () => {
    const broken = await startApi({ DATABASE_URL: 'postgres://nobody:none@127.0.0.1:1/none' });
    const client = clientOf(() => broken);
    const ready = await client.get('/readyz', { token: null });
    expect([ready.status, ready.body.postgres]).toEqual([503, 'away']);
    expect((await client.get('/healthz', { token: null })).status).toBe(200);
    const answer = await client.get('/v1/jobs');
    expect([answer.status, answer.body.code, answer.headers.get('retry-after')]).toEqual([503, 'temporarily_unavailable', '2']);
    const submitted = await client.post('/v1/jobs', { contract: 'v3', job_type: 'avatar_output', idempotency_key: 'k', avatar_id: `av_${'0'.repeat(32)}`, mode: 'pose', script: 'Hi.' });
    expect([submitted.status, submitted.body.retryable]).toEqual([503, true]);
    await broken.stop();
  });
});

describe('the documents', () => {
  it('name every request, and every request that they name exists', async () => {
    const { body: openapi } = await get('/openapi.json', { token: null });
    expect(openapi.openapi).toBe('3.1.0');
    for (const { method, path } of OPERATIONS) {
      expect(openapi.paths[path][method].responses).toBeDefined();
      const address = path.replaceAll(/\{[a-z_]+\}/g, 'x');
      const answer = await send(method.toUpperCase(), address, { token: 'ust_wrong' });
      expect([path, answer.body.code ?? 'none']).not.toEqual([path, 'not_found']);
      expect([path, answer.body.code ?? 'none']).not.toEqual([path, 'method_not_allowed']);
    }
  });

  it('describe requests by the schemas that check them', async () => {
    const { body: openapi } = await get('/openapi.json', { token: null });
    const schema = openapi.paths['/v1/jobs'].post.requestBody.content['application/json'].schema;
    const members = schema.oneOf ?? schema.anyOf;
    expect(members).toHaveLength(10);
    for (const member of members) expect(member.additionalProperties).toBe(false);
  });

  it('describe every event', async () => {
    const { body: asyncapi } = await get('/asyncapi.json', { token: null });
    expect(Object.keys(asyncapi.channels.callback.messages)).toHaveLength(8);
  });

  it('have an anchor for every doc_url', async () => {
    const { body: refused } = await get('/v1/jobs', { token: null });
    const [path, anchor] = refused.doc_url.split('#');
    expect((await get(path, { token: null })).body).toContain(`id="${anchor}"`);
  });
});

describe('metrics', () => {
  it('count jobs by status', async () => {
    await post('/v1/jobs', await creation(api));
    expect((await get('/metrics', { token: null })).body).toMatch(/understudy_jobs\{status="accepted"\} 1/);
  });
});

describe('the rate limit', () => {
  it('holds for each tenant and says when to come again', async () => {
    const answers = await Promise.all(Array.from({ length: 60 }, () => get('/v1/jobs', { tenant: 'other' })));
    const refused = answers.filter((answer) => answer.status === 429);
    expect(refused.length).toBeGreaterThan(5);
    expect(refused[0]?.body.code).toBe('too_many_requests');
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await get('/v1/jobs', { tenant: 'demo' })).status).toBe(200);
  });
});
