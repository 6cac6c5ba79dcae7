import { OUTPUT_STAGES } from '../../contracts/vocabulary';
import { newKey, output } from '../api/support/data';
import { startCompany, type Company } from '../support/company';
import { eventually } from '../support/eventually';
import { createTrivialFamily } from '../support/trivial-family';

interface StageRow {
  stage: string;
  scene: number | null;
  status: string;
  attempts: number;
  stale: boolean;
  output_digest: string;
  reused_from: { job_id: string } | null;
}

describe('resuming a job', () => {
  let company: Company;
  let avatarId: string;
  const calls: string[] = [];
  let broken: string | null = null;

  beforeAll(async () => {
    company = await startCompany(
      createTrivialFamily({
        scenes: () => 3,
        onCall: ({ operation, scene }) => {
          calls.push(scene === null ? operation : `${operation}/${scene}`);
          if (operation === broken) throw Object.assign(new Error('x'), { name: 'VoiceSampleRejected', code: 'stage_failed' });
        },
      }),
    );
    avatarId = await company.avatar();
  });
  afterAll(async () => company.close());
  beforeEach(() => {
    calls.length = 0;
    broken = null;
  });

  async function stages(jobId: string): Promise<StageRow[]> {
    return (await company.http.get(`/v1/jobs/${jobId}/stages`)).body.stages;
  }

  async function film(change: Record<string, unknown> = {}): Promise<string> {
    const jobId = await company.submit(output(avatarId, change));
    await company.ended(jobId);
    return jobId;
  }

  function retry(jobId: string, from_stage: string, change: Record<string, unknown> = {}) {
    return { contract: 'v3', job_type: 'output_retry', idempotency_key: newKey(), job_id: jobId, from_stage, scope: 'downstream', ...change };
  }

  const failing = OUTPUT_STAGES.filter((stage) => stage !== 'payload');

  it.each(failing)('goes on at %s after it failed there, without an upstream activity', async (stage) => {
    broken = stage;
    const first = await film({ mode: 'pose' });
    const failed = await company.job(first);
    expect(failed).toMatchObject({ status: 'failed', error: { stage, resumable_from: stage } });
    const finished = (await stages(first)).filter((row) => row.status === 'completed').map((row) => `${row.stage}/${row.scene}`);
    calls.length = 0;
    broken = null;
    const second = await company.submit(retry(first, stage));
    expect(await company.ended(second)).toMatchObject({ status: 'completed', parent_job_id: first });
    const rows = await stages(second);
    const reused = rows.filter((row) => row.status === 'reused').map((row) => `${row.stage}/${row.scene}`);
    expect(reused.sort()).toEqual(finished.filter((item) => reused.includes(item)).sort());
    expect(reused.length).toBe(finished.length);
    expect(rows.filter((row) => row.status === 'reused').every((row) => row.attempts === 0 && row.reused_from?.job_id === first)).toBe(true);
    const made = rows.filter((row) => row.status === 'completed' && row.stage !== 'payload');
    expect(calls).toHaveLength(made.length);
  });

  it('remakes one changed scene and the joins, nothing else', async () => {
    const first = await film();
    calls.length = 0;
    const second = await company.submit(retry(first, 'speech', { scenes: [2], patch: { scenes: { 2: { transcript: 'New words 2' } } } }));
    expect(await company.ended(second)).toMatchObject({ status: 'completed' });
    expect([...calls].sort()).toEqual(['enhance', 'lip_sync/2', 'output', 'scene_assets/2', 'speech/2', 'stitch']);
    const before = new Map((await stages(first)).map((row) => [`${row.stage}/${row.scene}`, row.output_digest]));
    for (const row of await stages(second)) {
      if (row.scene === 1 || row.scene === 3) expect(row.output_digest).toBe(before.get(`${row.stage}/${row.scene}`));
    }
  });

  it('says beforehand what a retry will run, and the records agree', async () => {
    const first = await film();
    const body = retry(first, 'speech', { patch: { scenes: { 2: { transcript: 'Other words 2' } } } });
    const preview = await company.http.post('/v1/jobs?validate_only=true', body);
    expect(preview.status).toBe(200);
    const second = await company.submit(body);
    await company.ended(second);
    const ran = (await stages(second)).filter((row) => row.status === 'completed').map((row) => `${row.stage}/${row.scene}`);
    const told = preview.body.stages.filter((item: { action: string }) => item.action === 'run');
    expect(told.map((item: { stage: string; scene: number | null }) => `${item.stage}/${item.scene}`).sort()).toEqual(ran.sort());
  });

  it('leaves what lies below alone with scope only, and shows it as stale', async () => {
    const first = await film();
    const body = retry(first, 'speech', { scope: 'only', scenes: [1], patch: { scenes: { 1: { transcript: 'A much longer text 1' } } } });
    const second = await company.submit(body);
    expect(await company.ended(second)).toMatchObject({ status: 'completed' });
    const rows = await stages(second);
    expect(rows.filter((row) => row.status === 'completed').map((row) => `${row.stage}/${row.scene}`)).toEqual(['speech/1']);
    const stale = rows.filter((row) => row.stale).map((row) => `${row.stage}/${row.scene}`);
    expect(stale).toContain('stitch/null');
    expect(stale).not.toContain('speech/2');
    const mixed = await company.http.post('/v1/jobs', retry(second, 'output'));
    expect([mixed.status, mixed.body.code]).toEqual([422, 'resume_point_missing']);
    const third = await company.submit(retry(second, mixed.body.resumable_from));
    expect(await company.ended(third)).toMatchObject({ status: 'completed' });
    expect((await stages(third)).filter((row) => row.stale)).toEqual([]);
  });

  it('makes backgrounds again without touching speech', async () => {
    const first = await film();
    calls.length = 0;
    const second = await company.submit({
      contract: 'v3', job_type: 'background_regeneration', idempotency_key: newKey(), job_id: first, scenes: [2], scope: 'downstream', note: 'by the sea',
    });
    expect(await company.ended(second)).toMatchObject({ status: 'completed' });
    expect(calls.filter((call) => call.startsWith('speech'))).toEqual([]);
    expect(calls).toContain('backgrounds/2');
    expect(calls).not.toContain('backgrounds/1');
  });

  it.each([
    ['an unknown stage', { from_stage: 'dance' }, 'stage_unknown'],
    ['a patch that changes finished work above', { from_stage: 'lip_sync', patch: { scenes: { 1: { transcript: 'x' } } } }, 'patch_conflict', '/patch/scenes/1/transcript'],
    ['a patch below the only stage that is made again', { scope: 'only', scenes: [2], patch: { scenes: { 2: { background: { prompt: 'x' } } } } }, 'patch_conflict', '/patch/scenes/2/background'],
    ['another frame with speech alone', { scope: 'only', patch: { output: { aspect_ratio: '9:16' } } }, 'patch_conflict', '/patch/output/aspect_ratio'],
  ])('refuses %s before anything starts', async (_, change, code, pointer = '') => {
    const first = await film();
    const answer = await company.http.post('/v1/jobs', retry(first, 'speech', change));
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ code, ...(pointer ? { errors: [{ pointer }] } : {}) });
  });

  it('refuses a resume above which work is missing, naming where it could start', async () => {
    broken = 'speech';
    const first = await film();
    const answer = await company.http.post('/v1/jobs', retry(first, 'stitch'));
    expect(answer.body).toMatchObject({ code: 'resume_point_missing', resumable_from: 'speech' });
  });

  it('resumes a retry, at any depth, without repeating finished work', async () => {
    broken = 'lip_sync';
    const first = await film();
    const second = await company.submit(retry(first, 'lip_sync'));
    await company.ended(second);
    calls.length = 0;
    broken = null;
    const third = await company.submit(retry(second, 'lip_sync'));
    expect(await company.ended(third)).toMatchObject({ status: 'completed', parent_job_id: second });
    expect(calls.filter((call) => !/^(lip_sync|enhance|output)/.test(call))).toEqual([]);
  });

  it('resumes a job that Temporal has forgotten', async () => {
    const first = await film();
    const { client } = company.orchestra;
    const workflowExecution = { workflowId: first };
    await client.workflowService.deleteWorkflowExecution({ namespace: 'default', workflowExecution });
    await eventually('Temporal has forgotten it', () => client.workflow.getHandle(first).describe().then(() => false, () => true));
    calls.length = 0;
    const second = await company.submit(retry(first, 'enhance'));
    expect(await company.ended(second)).toMatchObject({ status: 'completed' });
    expect([...new Set(calls)].sort()).toEqual(['enhance', 'output']);
  });
});
