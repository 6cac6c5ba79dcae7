import { clientOf } from './support/client';
import { makeAvatar, newKey, output } from './support/data';
import { startApi, type TestApi } from './support/start-api';

let api: TestApi;
let avatar: string;
const { get, post } = clientOf(() => api);

beforeAll(async () => {
  api = await startApi();
  avatar = await makeAvatar(api);
});
afterAll(() => api.stop());

/** A film of two scenes that waits at a gate, as its workflow would leave it. */
async function waitingJob(gate = 'storyboard', revision = 1, more: object = {}): Promise<string> {
  const { body } = await post('/v1/jobs', output(avatar, { require_approval: [gate], ...more }));
  const { pool } = api.deps;
  await pool.query("update jobs set status = 'running', started_at = now(), scenes = 2 where job_id = $1", [body.job_id]);
  await pool.query("insert into gates (job_id, gate, revision, opened_at, scenes, assets) values ($1, $2, $3, now(), '{1,2}', '[]')", [body.job_id, gate, revision]);
  return body.job_id;
}

function decision(changes: Record<string, unknown> = {}) {
  return { gate: 'storyboard', idempotency_key: newKey(), decision: 'approved', revision: 1, decided_by: 'rev@example.com', ...changes };
}

/** The job fails behind its storyboard, whose stages are whole. */
async function failBehindStoryboard(job: string): Promise<void> {
  const { pool } = api.deps;
  const step = "insert into steps (job_id, stage, scene, status, output) values ($1, $2, null, 'completed', '{}')";
  for (const stage of ['payload', 'script_context', 'storyboard']) await pool.query(step, [job, stage]);
  await pool.query("update jobs set status = 'failed', finished_at = now() where job_id = $1", [job]);
}

describe('a decision at an open gate', () => {
  it('is recorded and answered with its id', async () => {
    const job = await waitingJob();
    expect((await get(`/v1/jobs/${job}`)).body).toMatchObject({
      status: 'waiting_for_approval',
      awaiting: [{ gate: 'storyboard', revision: 1, scenes: [1, 2], assets: [] }],
    });
    const { status, body } = await post(`/v1/jobs/${job}/approvals`, decision({ scenes: [2], note: 'Good' }), { role: 'reviewer' });
    expect(status).toBe(202);
    expect(body).toEqual({ decision_id: expect.stringMatching(/^dec_[0-9a-f]{32}$/), job_id: job, applied: true });
    const { body: list } = await get(`/v1/jobs/${job}/decisions`);
    expect(list.decisions).toMatchObject([{ decision_id: body.decision_id, gate: 'storyboard', scenes: [2], note: 'Good', decided_by: 'rev@example.com', fate: 'recorded' }]);
  });

  it('repeated is the same decision, as a job type too', async () => {
    const job = await waitingJob();
    const { gate: _, ...rest } = decision();
    const first = await post(`/v1/jobs/${job}/approvals`, { gate: 'storyboard', ...rest });
    const second = await post('/v1/jobs', { contract: 'v3', job_type: 'storyboard_approval', job_id: job, ...rest });
    expect([first.status, second.status]).toEqual([202, 200]);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
  });

  it('repeated after the gate has closed is still the same decision', async () => {
    const job = await waitingJob();
    const sent = decision();
    const first = await post(`/v1/jobs/${job}/approvals`, sent);
    await api.deps.pool.query('update gates set closed_at = now() where job_id = $1', [job]);
    expect((await post(`/v1/jobs/${job}/approvals`, sent)).body).toEqual(first.body);
  });

  it('shares its key space with jobs', async () => {
    const job = await waitingJob();
    const submitted = output(avatar);
    await post('/v1/jobs', submitted);
    const taken = await post(`/v1/jobs/${job}/approvals`, decision({ idempotency_key: submitted.idempotency_key }));
    expect([taken.status, taken.body.code]).toEqual([422, 'idempotency_key_reused']);
    const sent = decision();
    await post(`/v1/jobs/${job}/approvals`, sent);
    const other = await post('/v1/jobs', output(avatar, { idempotency_key: sent.idempotency_key }));
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused']);
  });

  it('sent 50 times at once is one decision', async () => {
    const job = await waitingJob();
    const sent = decision();
    const answers = await Promise.all(Array.from({ length: 50 }, () => post(`/v1/jobs/${job}/approvals`, sent)));
    expect(answers.filter((answer) => answer.status === 202)).toHaveLength(1);
    expect(new Set(answers.map((answer) => answer.body.decision_id)).size).toBe(1);
    expect((await get(`/v1/jobs/${job}/decisions`)).body.decisions).toHaveLength(1);
  });
});

describe('a decision is refused', () => {
  it('where the gate is not open', async () => {
    const job = await waitingJob();
    for (const gate of ['script', 'backgrounds']) {
      const { status, body } = await post(`/v1/jobs/${job}/approvals`, decision({ gate }));
      expect([status, body.code]).toEqual([409, 'gate_not_open']);
    }
  });

  it('where it is about work that was made again', async () => {
    const job = await waitingJob('backgrounds', 2);
    const insert = "insert into steps (job_id, stage, scene, generation, revision, status, output) values ($1, 'backgrounds', $2, $3, $4, 'completed', '{}')";
    for (const [scene, generation, revision] of [[1, 1, 1], [2, 1, 1], [2, 2, 2]]) await api.deps.pool.query(insert, [job, scene, generation, revision]);
    const stale = await post(`/v1/jobs/${job}/approvals`, decision({ gate: 'backgrounds', scenes: [2] }));
    expect([stale.status, stale.body.code]).toEqual([409, 'revision_stale']);
    const untouched = await post(`/v1/jobs/${job}/approvals`, decision({ gate: 'backgrounds', scenes: [1] }));
    expect(untouched.status).toBe(202);
    const future = await post(`/v1/jobs/${job}/approvals`, decision({ gate: 'backgrounds', revision: 9 }));
    expect([future.status, future.body.code]).toEqual([409, 'revision_stale']);
  });

  it('where it names scenes that the film does not have', async () => {
    const job = await waitingJob();
    const { status, body } = await post(`/v1/jobs/${job}/approvals`, decision({ scenes: [1, 3] }));
    expect([status, body.errors]).toEqual([400, [{ pointer: '/scenes/1', message: 'the film has 2 scenes' }]]);
  });

  it('where it edits scenes that the film does not have, or that it is not about', async () => {
    const job = await waitingJob();
    const words = { transcript: 'New words.' };
    const refused = [
      [{ edits: { scenes: { 7: words } } }, '/edits/scenes/7', 'the film has 2 scenes'],
      [{ scenes: [1], edits: { scenes: { 2: words } } }, '/edits/scenes/2', 'not among the scenes that are named'],
    ] as const;
    for (const [change, pointer, message] of refused) {
      const { status, body } = await post(`/v1/jobs/${job}/approvals`, decision(change));
      expect([status, body.errors]).toEqual([400, [{ pointer, message }]]);
    }
  });

  it('where it names scenes of a script, which is decided as a whole', async () => {
    const job = await waitingJob('script');
    const { status, body } = await post(`/v1/jobs/${job}/approvals`, decision({ gate: 'script', scenes: [1] }));
    expect([status, body.errors]).toEqual([400, [{ pointer: '/scenes', message: 'a script is decided as a whole' }]]);
    expect((await post(`/v1/jobs/${job}/approvals`, decision({ gate: 'script' }))).status).toBe(202);
  });

  it('where it is only about scenes that were approved before', async () => {
    const job = await waitingJob();
    await post(`/v1/jobs/${job}/approvals`, decision({ scenes: [1] }));
    await api.deps.pool.query("update decisions set fate = 'applied' where job_id = $1", [job]);
    const again = await post(`/v1/jobs/${job}/approvals`, decision({ scenes: [1], decision: 'changes_requested', note: 'calmer' }));
    expect([again.status, again.body.code]).toEqual([409, 'gate_not_open']);
    expect((await post(`/v1/jobs/${job}/approvals`, decision({ scenes: [1, 2] }))).status).toBe(202);
  });

  it('where a voice could not speak the edits', async () => {
    const job = await waitingJob();
    const { body } = await post(`/v1/jobs/${job}/approvals`, decision({ edits: { scenes: { 1: { transcript: '🎉' } } } }));
    expect([body.code, body.errors[0].pointer]).toEqual(['script_unspeakable', '/edits/scenes/1/transcript']);
  });

  it('where it rejects what has ended', async () => {
    const job = await waitingJob();
    await api.deps.pool.query("update jobs set status = 'failed', finished_at = now() where job_id = $1", [job]);
    const { status, body } = await post(`/v1/jobs/${job}/approvals`, decision({ decision: 'rejected' }));
    expect([status, body.code]).toEqual([409, 'job_finished']);
  });
});

describe('a decision on an ended job', () => {
  it('becomes a new job that goes on behind the gate, once', async () => {
    const job = await waitingJob();
    await failBehindStoryboard(job);
    const sent = decision();
    const { status, body } = await post(`/v1/jobs/${job}/approvals`, sent, { role: 'reviewer' });
    expect(status).toBe(202);
    expect(body).toMatchObject({ applied: true, parent_job_id: job });
    expect(body.job_id).not.toBe(job);
    const { body: resumed } = await get(`/v1/jobs/${body.job_id}`);
    expect(resumed).toMatchObject({ parent_job_id: job, status: 'accepted', job_type: 'storyboard_approval' });
    const statuses = Object.fromEntries(resumed.stages.map((stage: { stage: string; status: string }) => [stage.stage, stage.status]));
    expect(statuses).toMatchObject({ storyboard: 'reused', speech: 'pending', output: 'pending' });
    const again = await post(`/v1/jobs/${job}/approvals`, sent, { role: 'reviewer' });
    expect([again.status, again.body]).toEqual([200, body]);
    expect((await get(`/v1/jobs/${job}/decisions`)).body.decisions).toMatchObject([{ fate: 'applied', resumed_job_id: body.job_id }]);
  });
});

describe('a decision on an ended job, where it says no more', () => {
  /** A failed film with what the door takes besides the work itself. */
  async function endedJob(): Promise<string> {
    const callback = { url: 'https://example.com/hook', secret_ref: 'default' };
    const job = await waitingJob('storyboard', 1, { callback, budget_micro_usd: 70_000, priority: 2, correlation: { order: '7' } });
    await failBehindStoryboard(job);
    return job;
  }

  async function resumedBy(more: Record<string, unknown>): Promise<unknown> {
    const job = await endedJob();
    const { body } = await post(`/v1/jobs/${job}/approvals`, decision(more));
    const { rows } = await api.deps.pool.query('select callback, budget_micro_usd, priority, correlation from jobs where job_id = $1', [body.job_id]);
    return rows[0];
  }

  it('goes on under the callback, cap, priority and correlation of that job', async () => {
    const callback = { url: 'https://example.com/hook', secret_ref: 'default' };
    expect(await resumedBy({})).toEqual({ callback, budget_micro_usd: 70_000, priority: 2, correlation: { order: '7' } });
  });

  it('goes on under those that the decision names', async () => {
    const callback = { url: 'https://example.com/other', secret_ref: 'default' };
    const named = { callback, budget_micro_usd: 0, priority: 5, correlation: { order: '8' } };
    expect(await resumedBy(named)).toEqual(named);
  });

  it('starts one film where several reviewers approve at once, and says where it goes on', async () => {
    const job = await endedJob();
    const answers = await Promise.all(Array.from({ length: 5 }, () => post(`/v1/jobs/${job}/approvals`, decision())));
    const [started, ...more] = answers.filter(({ status }) => status === 202);
    expect(more).toEqual([]);
    const refused = answers.filter(({ status }) => status === 409);
    expect(refused.map(({ body }) => body.code)).toEqual(Array.from({ length: 4 }, () => 'job_finished'));
    expect(refused[0]?.body.detail).toContain(started?.body.job_id);
    await api.deps.pool.query("update jobs set status = 'failed', finished_at = now() where job_id = $1", [started?.body.job_id]);
    expect((await post(`/v1/jobs/${job}/approvals`, decision())).status).toBe(202);
  });

  it('is refused where it names a round that there never was', async () => {
    const { status, body } = await post(`/v1/jobs/${await endedJob()}/approvals`, decision({ revision: 99 }));
    expect([status, body.code]).toEqual([409, 'revision_stale']);
  });

  it('is refused with a callback that could not be delivered', async () => {
    const job = await endedJob();
    const { status, body } = await post(`/v1/jobs/${job}/approvals`, decision({ callback: { url: 'https://127.0.0.1/hook' } }));
    expect([status, body.code, body.errors[0].pointer]).toEqual([400, 'request_invalid', '/callback/url']);
    expect((await get(`/v1/jobs/${job}/decisions`)).body.decisions).toEqual([]);
  });
});

describe('a dry run of a decision', () => {
  async function preview(job: string, changes: Record<string, unknown> = {}) {
    const { idempotency_key: _, ...body } = decision(changes);
    const { gate, ...rest } = body;
    const byGate = await post(`/v1/jobs/${job}/approvals?validate_only=true`, body);
    const byType = await post('/v1/jobs?validate_only=true', { contract: 'v3', job_type: gate === 'backgrounds' ? 'background_approval' : 'storyboard_approval', job_id: job, ...rest });
    expect(byType.body).toEqual({ ...byGate.body, ...(byType.status === 400 ? { instance: '/v1/jobs' } : {}) });
    return byGate;
  }
  const codesOf = (body: { problems: { code: string }[] }) => body.problems.map(({ code }) => code);

  it('is valid where the decision would be taken, and stores nothing', async () => {
    const job = await waitingJob();
    const { status, body } = await preview(job, { scenes: [2] });
    expect([status, body]).toEqual([200, { valid: true, stages: [], cost_micro_usd: { low: 0, high: 0 }, duration_ms: { low: 0, high: 0 }, problems: [] }]);
    expect((await get(`/v1/jobs/${job}/decisions`)).body.decisions).toEqual([]);
    expect((await post(`/v1/jobs/${job}/approvals`, decision({ scenes: [2] }))).status).toBe(202);
  });

  it('names what the decision would be refused for', async () => {
    const job = await waitingJob();
    const refused = [[{ gate: 'backgrounds' }, 'gate_not_open'], [{ revision: 2 }, 'revision_stale'], [{ edits: { scenes: { 1: { transcript: '🎉' } } } }, 'script_unspeakable']] as const;
    for (const [change, code] of refused) {
      const { status, body } = await preview(job, change);
      expect([status, body.valid, codesOf(body)]).toEqual([200, false, [code]]);
    }
    const scenes = await preview(job, { scenes: [3] });
    expect([scenes.status, scenes.body.errors]).toEqual([400, [{ pointer: '/scenes/0', message: 'the film has 2 scenes' }]]);
  });

  it('shows what would run where the job has ended, or that nothing can be rejected', async () => {
    const job = await waitingJob();
    const { pool } = api.deps;
    await failBehindStoryboard(job);
    const { body } = await preview(job);
    const actions = Object.fromEntries(body.stages.map(({ stage, action }: { stage: string; action: string }) => [stage, action]));
    expect([body.valid, actions]).toMatchObject([true, { storyboard: 'reuse', speech: 'run', output: 'run' }]);
    expect(codesOf((await preview(job, { decision: 'rejected' })).body)).toEqual(['job_finished']);
    const { rows } = await pool.query('select 1 from jobs where parent_job_id = $1', [job]);
    expect(rows).toEqual([]);
  });
});

describe('cancelling and budget', () => {
  it('cancels a job that has not ended, also twice', async () => {
    const job = await waitingJob();
    for (let times = 0; times < 2; times++) {
      const { status, body } = await post(`/v1/jobs/${job}/cancel`);
      expect([status, body.status, body.awaiting]).toEqual([202, 'cancelling', []]);
    }
  });

  it('leaves nothing to decide', async () => {
    const job = await waitingJob();
    await post(`/v1/jobs/${job}/cancel`);
    const { status, body } = await post(`/v1/jobs/${job}/approvals`, decision());
    expect([status, body.code]).toEqual([409, 'gate_not_open']);
    expect((await get(`/v1/jobs/${job}/decisions`)).body.decisions).toEqual([]);
  });

  it('raises the budget', async () => {
    const job = await waitingJob();
    const { status, body } = await post(`/v1/jobs/${job}/budget`, { budget_micro_usd: 5_000_000 });
    expect([status, body.cost.budget_micro_usd]).toEqual([202, 5_000_000]);
    expect((await post(`/v1/jobs/${job}/budget`, { budget_micro_usd: 'much' })).body.errors[0].pointer).toBe('/budget_micro_usd');
  });

  it('is refused for a job that has ended', async () => {
    const job = await waitingJob();
    await api.deps.pool.query("update jobs set status = 'completed', finished_at = now() where job_id = $1", [job]);
    expect((await post(`/v1/jobs/${job}/cancel`)).body.code).toBe('job_finished');
    expect((await post(`/v1/jobs/${job}/budget`, { budget_micro_usd: 1 })).body.code).toBe('job_finished');
  });
});
