import { jobAnswer } from '../../contracts/answers.schema';
import { newId } from '../../contracts/ids';
import { clientOf } from './support/client';
import { creation, makeAvatar, newKey, output } from './support/data';
import { startApi, type TestApi } from './support/start-api';

let api: TestApi;
const { get, post } = clientOf(() => api);

beforeAll(async () => {
  api = await startApi({ TEMPORAL_UI_URL: 'http://127.0.0.1:8233' });
});
afterAll(() => api.stop());

describe('a submitted job', () => {
  it('is answered with 202, its address, the planned stages and their labels, while Temporal is away', async () => {
    const answer = await post('/v1/jobs', await creation(api, { correlation: { workspace: 'w_1' } }));
    expect(answer.status).toBe(202);
    expect(jobAnswer.parse(answer.body)).toMatchObject({ status: 'accepted', correlation: { workspace: 'w_1' }, parent_job_id: null });
    expect(answer.headers.get('location')).toBe(`/v1/jobs/${answer.body.job_id}`);
    expect(answer.body.stages.map((stage: { stage: string }) => stage.stage)).toEqual([
      'validate', 'neutral_image', 'character_sheet', 'voice_profile', 'persist', 'emit',
    ]);
    expect(answer.body.stages[3]).toEqual({ stage: 'voice_profile', label: 'Measuring the voice', status: 'skipped', per_scene: false, gate: null });
    expect(answer.body.links.temporal_ui).toBe(`http://127.0.0.1:8233/namespaces/default/workflows/${answer.body.job_id}`);
  });

  it('is the same when it is read afterwards', async () => {
    const accepted = await post('/v1/jobs', await creation(api));
    const read = await get(`/v1/jobs/${accepted.body.job_id}`);
    expect(read.status).toBe(200);
    expect(read.body).toEqual(accepted.body);
  });

  it('has its accepted event stored before the answer', async () => {
    const { body } = await post('/v1/jobs', await creation(api, { correlation: { a: 'b' }, callback: { url: 'https://backend.example/hooks' } }));
    const { body: log } = await get(`/v1/jobs/${body.job_id}/events`);
    expect(log.events).toHaveLength(1);
    expect(log.events[0]).toMatchObject({ type: 'job.accepted', sequence: 1, job_id: body.job_id, correlation: { a: 'b' } });
    expect(log.next_after).toBe(1);
    const { rows } = await api.deps.pool.query('select delivery from events where job_id = $1', [body.job_id]);
    expect(rows[0].delivery).toBe('pending');
  });

  it('freezes the latest version of the avatar and shows it', async () => {
    const avatar = await makeAvatar(api);
    await makeAvatar(api, 'demo', 2, avatar);
    const { status, body } = await post('/v1/jobs', output(avatar));
    expect(status).toBe(202);
    expect(body.avatar).toEqual({ avatar_id: avatar, version: 2 });
    const { body: frozen } = await get(`/v1/jobs/${body.job_id}/snapshot`);
    expect(frozen.snapshot).toMatchObject({ contract: 'v3', avatar: `${avatar}@v2`, approved: [] });
    expect(frozen.sha256).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it('has the latest version also where an older one was known from an earlier job', async () => {
    const avatar = await makeAvatar(api);
    await post('/v1/jobs', output(avatar));
    await makeAvatar(api, 'demo', 2, avatar);
    const { status, body } = await post('/v1/jobs', output(avatar));
    expect([status, body.avatar]).toEqual([202, { avatar_id: avatar, version: 2 }]);
    const named = await post('/v1/jobs', output(avatar, { avatar_version: 1 }));
    expect([named.status, named.body.avatar]).toEqual([202, { avatar_id: avatar, version: 1 }]);
  });

  it('is refused where the avatar was revoked since an earlier job, and nothing of it is stored', async () => {
    const avatar = await makeAvatar(api);
    for (const avatar_version of [undefined, 1]) expect((await post('/v1/jobs', output(avatar, { avatar_version }))).status).toBe(202);
    await api.deps.pool.query('update avatars set revoked_at = now() where avatar_id = $1', [avatar]);
    for (const avatar_version of [undefined, 1]) {
      const request = output(avatar, { avatar_version });
      const { status, body } = await post('/v1/jobs', request);
      expect([status, body.code]).toEqual([422, 'avatar_revoked']);
      const { rows } = await api.deps.pool.query('select from idempotency_keys where key = $1', [request.idempotency_key]);
      expect(rows).toEqual([]);
    }
  });

  it('takes every mode, with and without gates', async () => {
    const avatar = await makeAvatar(api);
    for (const mode of ['single_scene', 'multi_scene', 'b_roll', 'pose']) {
      const gates = ['script', 'storyboard', 'backgrounds', 'video_assets'];
      const { status, body } = await post('/v1/jobs', output(avatar, { mode, require_approval: gates }));
      expect(status).toBe(202);
      expect(body.stages.filter((stage: { gate: string | null }) => stage.gate).map((stage: { gate: string }) => stage.gate)).toEqual(gates);
      const cutaways = body.stages.find((stage: { stage: string }) => stage.stage === 'broll_pose');
      expect(cutaways.status).toBe(mode === 'b_roll' || mode === 'pose' ? 'pending' : 'skipped');
    }
  });

  it('takes an avatar version by number, scenes instead of a script, a null retry', async () => {
    const avatar = await makeAvatar(api);
    const scenes = [{ transcript: 'One.', pose: { name: 'nod', intensity: 0.5 }, background: { prompt: 'A lake' }, framing: 'close' }, { transcript: 'Two.' }];
    const { status, body } = await post('/v1/jobs', output(avatar, { avatar_version: 1, script: undefined, scenes, retry: null }));
    expect(body).toMatchObject({ mode: 'multi_scene' });
    expect(status).toBe(202);
  });
});

describe('a dry run', () => {
  it('lists what would run and stores nothing', async () => {
    const avatar = await makeAvatar(api);
    const { idempotency_key, ...request } = output(avatar);
    const { status, body } = await post('/v1/jobs?validate_only=true', request);
    expect(status).toBe(200);
    expect(body).toMatchObject({ valid: true, problems: [], cost_micro_usd: { low: 0, high: 0 } });
    expect(body.stages[0]).toEqual({ stage: 'payload', scene: null, action: 'run', cost_micro_usd: { low: 0, high: 0 } });
    expect(body.stages.find((stage: { stage: string }) => stage.stage === 'broll_pose').action).toBe('skip');
    const { rows } = await api.deps.pool.query('select 1 from jobs where avatar_id = $1 and job_type = $2', [avatar, 'avatar_output']);
    expect(rows).toHaveLength(0);
    expect(idempotency_key).toBeDefined();
  });

  it('names the problem of an unknown avatar', async () => {
    const { status, body } = await post('/v1/jobs?validate_only=true', output(newId('avatar', new Date())));
    expect(status).toBe(200);
    expect(body.valid).toBe(false);
    expect(body.problems[0].code).toBe('avatar_not_found');
  });
});

describe('the list of jobs', () => {
  it('is newest first, in pages without gap or overlap', async () => {
    const made: string[] = [];
    for (let index = 0; index < 5; index++) made.push((await post('/v1/jobs', await creation(api), { tenant: 'demo' })).body.job_id);
    const seen: string[] = [];
    let path = '/v1/jobs?limit=2';
    for (;;) {
      const { body } = await get(path);
      seen.push(...body.jobs.map((job: { job_id: string }) => job.job_id));
      if (body.next_cursor === null) break;
      path = `/v1/jobs?limit=2&cursor=${body.next_cursor}`;
    }
    expect(seen).toEqual([...seen].sort().reverse());
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining(made));
  });

  it('filters by status, type and avatar; an empty filter is none', async () => {
    const avatar = await makeAvatar(api);
    const { body: job } = await post('/v1/jobs', output(avatar));
    const { body } = await get(`/v1/jobs?status=accepted&job_type=avatar_output&avatar_id=${avatar}&cursor=`);
    expect(body.jobs.map((found: { job_id: string }) => found.job_id)).toEqual([job.job_id]);
    expect((await get(`/v1/jobs?status=failed&avatar_id=${avatar}`)).body.jobs).toEqual([]);
  });

  it('refuses filters that mean nothing', async () => {
    const { status, body } = await get('/v1/jobs?status=lost&limit=0&colour=red');
    expect(status).toBe(400);
    expect(body.errors.map((error: { pointer: string }) => error.pointer).sort()).toEqual(['/query/colour', '/query/limit', '/query/status']);
  });
});

describe('waiting for a job', () => {
  it('answers as soon as there is an event beyond the given sequence', async () => {
    const { body: job } = await post('/v1/jobs', await creation(api));
    expect((await get(`/v1/jobs/${job.job_id}?wait=30&after=0`)).body.last_sequence).toBe(1);
    const waiting = get(`/v1/jobs/${job.job_id}?wait=30&after=1`);
    await api.deps.pool.query('update jobs set last_sequence = 2, percent = 7 where job_id = $1', [job.job_id]);
    expect((await waiting).body.progress.percent).toBe(7);
  });

  it('answers with the unchanged job when the time is up', async () => {
    const { body: job } = await post('/v1/jobs', await creation(api));
    expect((await get(`/v1/jobs/${job.job_id}?wait=1`)).body.status).toBe('accepted');
  });

  it('answers at once when the job has ended', async () => {
    const { body: job } = await post('/v1/jobs', await creation(api, { idempotency_key: newKey() }));
    await api.deps.pool.query("update jobs set status = 'completed', finished_at = now() where job_id = $1", [job.job_id]);
    expect((await get(`/v1/jobs/${job.job_id}?wait=50`)).body.status).toBe('completed');
  });
});
