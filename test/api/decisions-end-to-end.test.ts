import { startCompany, type Company } from '../support/company';
import { eventually } from '../support/eventually';
import { createTrivialFamily } from '../support/trivial-family';
import { makeAsset, newKey, output } from './support/data';

let company: Company;
let avatar: string;

beforeAll(async () => {
  company = await startCompany(createTrivialFamily({ scenes: () => 2, onCall: () => undefined }));
  avatar = await company.avatar();
});
afterAll(() => company.close());

async function waiting(gate: string): Promise<string> {
  const job = await company.submit(output(avatar, { require_approval: [gate] }));
  await awaits(job, gate);
  return job;
}

function awaits(job: string, gate: string) {
  return eventually(`the gate ${gate} is open`, async () => {
    const { body } = await company.http.get(`/v1/jobs/${job}`);
    return body.awaiting.find((found: { gate: string }) => found.gate === gate);
  });
}

function decide(job: string, gate: string, changes: Record<string, unknown> = {}) {
  const decision = { gate, idempotency_key: newKey(), decision: 'approved', revision: 1, decided_by: 'rev@example.com', ...changes };
  return company.http.post(`/v1/jobs/${job}/approvals`, decision, { role: 'reviewer' });
}

async function stageStatuses(job: string): Promise<Record<string, string>> {
  const { body } = await company.http.get(`/v1/jobs/${job}`);
  return Object.fromEntries(body.stages.map((stage: { stage: string; status: string }) => [stage.stage, stage.status]));
}

describe('a decision over HTTP', () => {
  it('opens every gate on the way to a finished film', async () => {
    const gates = ['script', 'storyboard', 'backgrounds', 'video_assets'];
    const job = await company.submit(output(avatar, { require_approval: gates }));
    for (const gate of gates) {
      expect((await awaits(job, gate)).revision).toBe(1);
      expect((await decide(job, gate)).status).toBe(202);
    }
    const ended = await company.ended(job);
    expect(ended).toMatchObject({ status: 'completed', awaiting: [], error: null });
    const { body: list } = await company.http.get(`/v1/jobs/${job}/decisions`);
    expect(list.decisions.map((found: { fate: string }) => found.fate)).toEqual(['applied', 'applied', 'applied', 'applied']);
    const { body: late } = await decide(job, 'script', { decision: 'rejected' });
    expect(late.code).toBe('job_finished');
  });

  it('rejects, and approved afterwards goes on where it stopped', async () => {
    const job = await waiting('storyboard');
    await decide(job, 'storyboard', { decision: 'rejected' });
    expect(await company.ended(job)).toMatchObject({ status: 'failed', error: { code: 'approval_rejected' } });
    const { status, body } = await decide(job, 'storyboard');
    expect([status, body.parent_job_id]).toEqual([202, job]);
    expect(await company.ended(body.job_id)).toMatchObject({ status: 'completed', parent_job_id: job });
    expect(await stageStatuses(body.job_id)).toMatchObject({ storyboard: 'reused', speech: 'completed', output: 'completed' });
  });

  it('with edits on an ended job speaks the new words without asking again', async () => {
    const job = await waiting('storyboard');
    await decide(job, 'storyboard', { decision: 'rejected' });
    await company.ended(job);
    const { status, body } = await decide(job, 'storyboard', { edits: { scenes: { 2: { transcript: 'Entirely new.' } } } });
    expect(status).toBe(202);
    expect(await company.ended(body.job_id)).toMatchObject({ status: 'completed' });
    const { rows } = await company.api.deps.pool.query("select snapshot #>> '{overrides,scenes,2,transcript}' as words from jobs where job_id = $1", [body.job_id]);
    expect(rows[0].words).toBe('Entirely new.');
  });

  it('without scenes approves what was made again, and a resume asks for it no more', async () => {
    const job = await waiting('storyboard');
    await decide(job, 'storyboard', { scenes: [1] });
    await decide(job, 'storyboard', { decision: 'changes_requested', scenes: [2], note: 'Shorter' });
    await eventually('scene 2 was made again', async () => (await awaits(job, 'storyboard'))?.revision === 2);
    await decide(job, 'storyboard', { revision: 2 });
    expect(await company.ended(job)).toMatchObject({ status: 'completed' });
    const { body } = await company.http.post(`/v1/jobs/${job}/retry`, { idempotency_key: newKey(), from_stage: 'speech', scope: 'downstream', scenes: [2] });
    expect(await company.ended(body.job_id)).toMatchObject({ status: 'completed', awaiting: [] });
    expect(await stageStatuses(body.job_id)).toMatchObject({ storyboard: 'reused', output: 'completed' });
  });

  it('that names what was made again meanwhile does not approve it, for a resume neither', async () => {
    const job = await waiting('storyboard');
    await decide(job, 'storyboard', { decision: 'changes_requested', scenes: [2], note: 'Shorter' });
    await eventually('scene 2 was made again', async () => (await awaits(job, 'storyboard'))?.revision === 2);
    expect((await decide(job, 'storyboard', { scenes: [1, 2] })).status).toBe(202);
    await eventually('scene 1 is approved', async () => (await awaits(job, 'storyboard'))?.scenes.join() === '2');
    await decide(job, 'storyboard', { decision: 'rejected', revision: 2 });
    await company.ended(job);
    const { body } = await company.http.post(`/v1/jobs/${job}/retry`, { idempotency_key: newKey(), from_stage: 'speech', scope: 'downstream' });
    expect(await awaits(body.job_id, 'storyboard')).toMatchObject({ scenes: [2] });
  });

  it('asking for changes of a finished film makes those scenes again', async () => {
    const job = await company.submit(output(avatar));
    await company.ended(job);
    const { body } = await decide(job, 'backgrounds', { decision: 'changes_requested', scenes: [2], note: 'Calmer' });
    expect(await company.ended(body.job_id)).toMatchObject({ status: 'completed' });
    const { body: list } = await company.http.get(`/v1/jobs/${body.job_id}/stages`);
    const backgrounds = list.stages.filter((step: { stage: string }) => step.stage === 'backgrounds');
    expect(backgrounds.map((step: { scene: number; status: string }) => [step.scene, step.status])).toEqual(expect.arrayContaining([[1, 'reused'], [2, 'completed']]));
  });
});

describe('approved work over HTTP', () => {
  it('is not made again on the way to a finished film', async () => {
    const { asset_id } = await makeAsset(company.api);
    const approved = { script: { text: 'Words that were approved.' }, backgrounds: { 1: { asset_id } } };
    const job = await company.submit(output(avatar, { approved, require_approval: ['script'] }));
    expect(await company.ended(job)).toMatchObject({ status: 'completed' });
    const { body: list } = await company.http.get(`/v1/jobs/${job}/stages`);
    const reused = list.stages.filter((step: { status: string }) => step.status === 'reused');
    expect(reused.map((step: { stage: string; scene: number | null }) => [step.stage, step.scene]).sort()).toEqual([['backgrounds', 1], ['script_context', null]]);
  });

  it('of another film saves everything up to the rough cut', async () => {
    const first = await company.submit(output(avatar));
    await company.ended(first);
    const second = await company.submit(output(avatar, { approved: { video_assets: { job_id: first } } }));
    expect(await company.ended(second)).toMatchObject({ status: 'completed' });
    expect(await stageStatuses(second)).toMatchObject({ storyboard: 'reused', speech: 'reused', stitch: 'reused', lip_sync: 'completed', output: 'completed' });
    const { body } = await company.http.get(`/v1/jobs/${first}/diff/${second}`);
    expect(body.a).toBe(first);
  });
});

describe('cancelling over HTTP', () => {
  it('ends a waiting job as cancelled', async () => {
    const job = await waiting('script');
    const { status, body } = await company.http.post(`/v1/jobs/${job}/cancel`);
    expect([status, body.status]).toEqual([202, 'cancelling']);
    expect(await company.ended(job)).toMatchObject({ status: 'cancelled', awaiting: [] });
  });
});
