import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { clientOf, type Answer, type Send } from './support/client';
import { creation, makeAvatar, newKey, output } from './support/data';
import { startApi, type TestApi } from './support/start-api';

let api: TestApi;
let avatar: string;
let openapi: Answer['body'];
const { get, send } = clientOf(() => api);
const ajv = addFormats(new Ajv2020({ strict: false }));

beforeAll(async () => {
  api = await startApi();
  avatar = await makeAvatar(api);
  openapi = (await get('/openapi.json', { token: null })).body;
  ajv.addSchema(openapi, 'openapi');
});
afterAll(() => api.stop());

/** What is wrong with a value by the schema at this place of the document; empty where nothing is. */
function faults(place: string[], value: unknown): string[] {
  const pointer = place.map((name) => encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');
  const validate = ajv.compile({ $ref: `openapi#/${pointer}` });
  return validate(value) ? [] : [ajv.errorsText(validate.errors)];
}

/** Sends a request that the document describes, and holds both it and its answer against the document. */
async function described(method: string, path: string, at: Record<string, string>, options: Send & { query?: string } = {}): Promise<Answer> {
  const address = Object.entries(at).reduce((filled, [name, value]) => filled.replace(`{${name}}`, value), path);
  const answer = await send(method.toUpperCase(), `${address}${options.query ?? ''}`, options);
  const operation = ['paths', path, method];
  const described = openapi.paths[path][method].responses[answer.status];
  expect([path, answer.status, described?.description]).toEqual([path, answer.status, expect.any(String)]);
  const [type] = Object.keys(described.content ?? {});
  expect(answer.headers.get('content-type') ?? undefined).toEqual(type && expect.stringContaining(type));
  if (type) expect(faults([...operation, 'responses', String(answer.status), 'content', type, 'schema'], answer.body)).toEqual([]);
  if (options.body !== undefined && answer.status < 300) expect(faults([...operation, 'requestBody', 'content', 'application/json', 'schema'], options.body)).toEqual([]);
  return answer;
}

/** A film of two scenes that waits at the gate of the storyboard. */
async function waitingJob(): Promise<string> {
  const { body } = await described('post', '/v1/jobs', {}, { body: output(avatar, { require_approval: ['storyboard'] }) });
  await api.deps.pool.query("update jobs set status = 'running', started_at = now(), scenes = 2 where job_id = $1", [body.job_id]);
  await api.deps.pool.query("insert into gates (job_id, gate, revision, opened_at, scenes, assets) values ($1, 'storyboard', 1, now(), '{1,2}', '[]')", [body.job_id]);
  return body.job_id;
}

const DECISION = { gate: 'storyboard', decision: 'approved', revision: 1, decided_by: 'rev@example.com' };

describe('the OpenAPI document describes what is answered', () => {
  it('to a job, the same again, and a dry run of it', async () => {
    const body = await creation(api);
    const statuses: number[] = [];
    for (const query of ['', '', '?validate_only=true']) statuses.push((await described('post', '/v1/jobs', {}, { body, query })).status);
    expect(statuses).toEqual([202, 200, 200]);
    const { idempotency_key, ...keyless } = body;
    expect((await described('post', '/v1/jobs', {}, { body: keyless, headers: { 'idempotency-key': idempotency_key } })).status).toBe(200);
  });

  it('to a decision as a job and at its gate, the same again, and a dry run of it', async () => {
    const job_id = await waitingJob();
    const { gate: _, ...rest } = DECISION;
    const body = { contract: 'v3', job_type: 'storyboard_approval', job_id, idempotency_key: newKey(), ...rest };
    const statuses: number[] = [];
    for (const query of ['?validate_only=true', '', '']) statuses.push((await described('post', '/v1/jobs', {}, { body, query })).status);
    const full = { ...DECISION, contract: 'v3', job_id, idempotency_key: newKey(), correlation: { a: 'b' }, priority: 2, budget_micro_usd: 5, callback: null, note: null, scenes: [1] };
    for (const query of ['?validate_only=true', '', '']) statuses.push((await described('post', '/v1/jobs/{job_id}/approvals', { job_id }, { body: full, query })).status);
    expect(statuses).toEqual([200, 202, 200, 200, 202, 200]);
  });

  it('to a retry, the same again, and a dry run of it', async () => {
    const job_id = await waitingJob();
    await api.deps.pool.query("update jobs set status = 'failed', finished_at = now() where job_id = $1", [job_id]);
    const body = { contract: 'v3', job_id, idempotency_key: newKey(), from_stage: 'payload', scope: 'downstream' };
    const statuses: number[] = [];
    for (const query of ['?validate_only=true', '', '']) statuses.push((await described('post', '/v1/jobs/{job_id}/retry', { job_id }, { body, query })).status);
    expect(statuses).toEqual([200, 202, 200]);
  });

  it('to whatever is read of a job, an avatar and an asset', async () => {
    const job_id = await waitingJob();
    for (const view of ['', '/stages', '/snapshot', '/timeline', '/events', '/decisions']) await described('get', `/v1/jobs/{job_id}${view}`, { job_id });
    await described('get', '/v1/jobs', {});
    await described('get', '/v1/jobs/{job_id}/diff/{other_job_id}', { job_id, other_job_id: await waitingJob() });
    await described('get', '/v1/avatars/{avatar_id}', { avatar_id: avatar });
    const { body } = await described('get', '/v1/avatars/{avatar_id}/versions/{version}', { avatar_id: avatar, version: '1' });
    await described('get', '/v1/assets/{asset_id}', { asset_id: body.neutral_image.asset_id });
    await described('get', '/v1/deliveries', {});
    await described('post', '/v1/jobs/{job_id}/budget', { job_id }, { body: { budget_micro_usd: 1 } });
    await described('post', '/v1/jobs/{job_id}/cancel', { job_id });
    await described('get', '/readyz', {});
  });

  it('to requests that are refused', async () => {
    const job_id = await waitingJob();
    const { status } = await described('post', '/v1/jobs/{job_id}/approvals', { job_id }, { body: { ...DECISION, idempotency_key: newKey(), gate: 'backgrounds' } });
    expect(status).toBe(409);
    expect((await described('get', '/v1/jobs/{job_id}', { job_id: newKey() })).status).toBe(404);
    expect((await described('post', '/v1/jobs/{job_id}/budget', { job_id }, { body: 'no', headers: { 'content-type': 'text/plain' } })).status).toBe(415);
  });

  it('to bytes, all and in part, and to a sweep that goes on', async () => {
    const { body } = await send('POST', '/v1/assets', { headers: { 'content-type': 'image/png' }, body: Buffer.from('0123456789') });
    const { responses } = openapi.paths['/v1/assets/{asset_id}/content'].get;
    for (const [headers, status] of [[{}, 200], [{ range: 'bytes=0-3' }, 206], [{ 'if-none-match': `"${body.sha256}"` }, 304], [{ range: 'bytes=99-' }, 416]] as const) {
      expect([(await fetch(body.url, { headers })).status, Boolean(responses[status])]).toEqual([status, true]);
    }
    const sweep = { sweep: 'collect-assets', dry_run: false, status: 'running', workflow_id: 'w', report: null };
    expect(faults(['paths', '/v1/maintenance/{sweep}', 'post', 'responses', '202', 'content', 'application/json', 'schema'], sweep)).toEqual([]);
  });
});
