import { clientOf } from './support/client';
import { makeAsset, makeAvatar, output } from './support/data';
import { startApi, type TestApi } from './support/start-api';

let api: TestApi;
let avatar: string;
const { get, post, send } = clientOf(() => api);

beforeAll(async () => {
  api = await startApi();
  avatar = await makeAvatar(api);
});
afterAll(() => api.stop());

async function statuses(job: string): Promise<Record<string, string>> {
  const { body } = await get(`/v1/jobs/${job}`);
  return Object.fromEntries(body.stages.map((stage: { stage: string; status: string }) => [stage.stage, stage.status]));
}

/** A job whose first stages are finished, as its workflow would leave them. */
async function halfMade(): Promise<string> {
  const { body } = await post('/v1/jobs', output(avatar));
  const step = "insert into steps (job_id, stage, scene, status, output, input_digest, output_digest, provider_family) values ($1, $2, $3, 'completed', $4, $2, $2, 'local')";
  for (const stage of ['payload', 'script_context']) await api.deps.pool.query(step, [body.job_id, stage, null, '{}']);
  const scenes = [1, 2].map((scene) => ({ scene, transcript: `Scene ${scene}.` }));
  await api.deps.pool.query(step, [body.job_id, 'storyboard', null, JSON.stringify({ scenes })]);
  await api.deps.pool.query("update jobs set scenes = 2, status = 'failed', finished_at = now() where job_id = $1", [body.job_id]);
  return body.job_id;
}

describe('work brought along as approved', () => {
  it('is reused: a script in words', async () => {
    const request = output(avatar, { brief: 'Say hello', script: undefined, approved: { script: { text: 'Hello you.' } }, require_approval: ['script'] });
    const { status, body } = await post('/v1/jobs', request);
    expect(status).toBe(202);
    expect(await statuses(body.job_id)).toMatchObject({ payload: 'pending', script_context: 'reused', storyboard: 'pending' });
    const { body: list } = await get(`/v1/jobs/${body.job_id}/stages`);
    expect(list.stages).toMatchObject([{ stage: 'script_context', status: 'reused', attempts: 0, generation: 1, current: true }]);
    expect((await get(`/v1/jobs/${body.job_id}/snapshot`)).body.snapshot.approved).toEqual(['script']);
  });

  it('is reused: a script as an asset', async () => {
    const { body: asset } = await send('POST', '/v1/assets', { headers: { 'content-type': 'text/plain' }, body: Buffer.from('From a file.') });
    const { body } = await post('/v1/jobs', output(avatar, { approved: { script: { asset_id: asset.asset_id } } }));
    const { rows } = await api.deps.pool.query("select output ->> 'script' as script from steps where job_id = $1", [body.job_id]);
    expect(rows).toEqual([{ script: 'From a file.' }]);
  });

  it('is reused: backgrounds of some scenes, whose gate only asks about the others', async () => {
    const { asset_id } = await makeAsset(api);
    const { body } = await post('/v1/jobs', output(avatar, { approved: { backgrounds: { 2: { asset_id } } }, require_approval: ['backgrounds'] }));
    const { body: list } = await get(`/v1/jobs/${body.job_id}/stages`);
    expect(list.stages).toMatchObject([{ stage: 'backgrounds', scene: 2, status: 'reused', assets: [{ kind: 'background', asset_id }] }]);
    const { rows } = await api.deps.pool.query('select plan from jobs where job_id = $1', [body.job_id]);
    expect(rows[0].plan.rows.find((row: { stage: string }) => row.stage === 'backgrounds')).toMatchObject({ known: [2], gate: { approved: [2] } });
  });

  it('is reused: the storyboard of another job', async () => {
    const source = await halfMade();
    const { body } = await post('/v1/jobs', output(avatar, { approved: { storyboard: { job_id: source } } }));
    expect(await statuses(body.job_id)).toMatchObject({ script_context: 'reused', storyboard: 'reused', speech: 'pending' });
    const { body: list } = await get(`/v1/jobs/${body.job_id}/stages`);
    expect(list.stages.map((step: { reused_from: unknown }) => step.reused_from)).toEqual([
      { job_id: source, generation: 1 },
      { job_id: source, generation: 1 },
    ]);
    expect((await get(`/v1/jobs/${body.job_id}`)).body.progress.scenes).toBe(2);
  });

  it('is refused where it is not there, each in its own words', async () => {
    const source = await halfMade();
    const cases: [Record<string, unknown>, number, string, string][] = [
      [{ backgrounds: { 1: { asset_id: `as_${'0'.repeat(32)}` } } }, 404, 'asset_not_found', '/approved/backgrounds/1/asset_id'],
      [{ storyboard: { job_id: `job_${'0'.repeat(32)}` } }, 404, 'job_not_found', '/approved/storyboard/job_id'],
      [{ video_assets: { job_id: source } }, 422, 'resume_point_missing', '/approved/video_assets/job_id'],
      [{ script: { text: '🎉' } }, 422, 'script_unspeakable', '/approved/script/text'],
    ];
    for (const [approved, status, code, pointer] of cases) {
      const answer = await post('/v1/jobs', output(avatar, { approved }));
      expect([answer.status, answer.body.code, answer.body.errors[0].pointer]).toEqual([status, code, pointer]);
    }
  });

  it('is refused for scenes that the film will not have', async () => {
    const approved = { backgrounds: { 9: { asset_id: `as_${'0'.repeat(32)}` } } };
    const { status, body } = await post('/v1/jobs', output(avatar, { mode: 'single_scene', approved }));
    expect([status, body.errors]).toEqual([400, [{ pointer: '/approved/backgrounds/9', message: 'the film has 1 scene' }]]);
  });
});

describe('the comparison of two jobs', () => {
  it('names the first stage that differs, and why', async () => {
    const [a, b] = [await halfMade(), await halfMade()];
    expect((await get(`/v1/jobs/${a}/diff/${b}`)).body).toEqual({ a, b, first_difference: null, differences: [] });
    await api.deps.pool.query("update steps set input_digest = 'other' where job_id = $1 and stage = 'script_context'", [b]);
    await api.deps.pool.query("update jobs set snapshot = jsonb_set(snapshot::jsonb, '{script}', '\"New.\"') where job_id = $1", [b]);
    await api.deps.pool.query("update steps set provider_family = 'remote' where job_id = $1 and stage = 'payload'", [b]);
    await api.deps.pool.query("delete from steps where job_id = $1 and stage = 'storyboard'", [b]);
    const { body } = await get(`/v1/jobs/${a}/diff/${b}`);
    expect(body.first_difference).toEqual({ stage: 'payload', scene: null, reason: 'provider' });
    expect(body.differences.map((found: { stage: string; reason: string; fields: string[] }) => [found.stage, found.reason, found.fields])).toEqual([
      ['payload', 'provider', []],
      ['script_context', 'input', ['/script']],
      ['storyboard', 'missing', []],
    ]);
    expect(body.differences[2].b).toBeNull();
  });
});
