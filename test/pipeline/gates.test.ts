import type { DecisionSignal } from '../../contracts/plan';
import type { Gate } from '../../contracts/vocabulary';
import { eventually } from '../support/eventually';
import { startOrchestra, type Orchestra } from '../support/orchestra';
import { outputPlan } from '../support/plans';
import { outputSnapshot } from '../support/snapshots';
import { createTrivialFamily } from '../support/trivial-family';

describe('gates on the real server', () => {
  let orchestra: Orchestra;

  beforeAll(async () => {
    orchestra = await startOrchestra(createTrivialFamily({ scenes: () => 3, onCall: () => undefined }));
  });
  afterAll(async () => orchestra.close());

  async function submit(require_approval: Gate[]): Promise<string> {
    const snapshot = outputSnapshot({ require_approval });
    return orchestra.submit({ workflow: 'avatarOutput', snapshot, plan: outputPlan(snapshot) });
  }

  async function openGate(jobId: string, gate: Gate, revision: number) {
    return eventually(`gate ${gate} revision ${revision} is open`, async () => {
      const { rows } = await orchestra.pool.query('select * from gates where job_id = $1 and gate = $2 and revision = $3 and closed_at is null', [jobId, gate, revision]);
      return rows[0];
    });
  }

  async function decide(jobId: string, decision: Omit<DecisionSignal, 'decided_by'>): Promise<void> {
    await orchestra.handle(jobId).signal('decide', { decided_by: 'rev@example.com', ...decision });
  }

  async function steps(jobId: string, stage: string): Promise<string[]> {
    const { rows } = await orchestra.pool.query(
      'select scene, generation, status, output_digest from steps where job_id = $1 and stage = $2 order by scene, generation',
      [jobId, stage],
    );
    return rows.map((row) => `${row.scene ?? '-'}.${row.generation} ${row.status}`);
  }

  it('waits, shows what waits, and goes on after an approval', async () => {
    const jobId = await submit(['storyboard']);
    const gate = await openGate(jobId, 'storyboard', 1);
    expect(gate.scenes).toEqual([1, 2, 3]);
    const { rows } = await orchestra.pool.query('select status from jobs where job_id = $1', [jobId]);
    expect(rows[0].status).toBe('waiting_for_approval');
    await decide(jobId, { decision_id: 'd1', gate: 'storyboard', decision: 'approved', revision: 1 });
    expect(await orchestra.ended(jobId)).toBe('completed');
  });

  it('makes only the scene again that a reviewer names, under a new revision', async () => {
    const jobId = await submit(['backgrounds']);
    await openGate(jobId, 'backgrounds', 1);
    await decide(jobId, { decision_id: 'd1', gate: 'backgrounds', decision: 'approved', revision: 1, scenes: [1, 3] });
    await decide(jobId, { decision_id: 'd2', gate: 'backgrounds', decision: 'changes_requested', revision: 1, scenes: [2], note: 'calmer' });
    const gate = await openGate(jobId, 'backgrounds', 2);
    expect(gate.scenes).toEqual([2]);
    expect(await steps(jobId, 'backgrounds')).toEqual(['1.1 completed', '2.1 completed', '2.2 completed', '3.1 completed']);
    const { rows } = await orchestra.pool.query(`select output->>'description' as note from steps where job_id = $1 and stage = 'backgrounds' and generation = 2`, [jobId]);
    expect(rows[0].note).toBe('calmer');
    await decide(jobId, { decision_id: 'd3', gate: 'backgrounds', decision: 'approved', revision: 1 });
    await decide(jobId, { decision_id: 'd4', gate: 'backgrounds', decision: 'approved', revision: 2 });
    expect(await orchestra.ended(jobId)).toBe('completed');
    const { rows: decisions } = await orchestra.pool.query('select decision_id, fate from decisions where job_id = $1 order by decision_id', [jobId]);
    expect(decisions).toEqual([
      { decision_id: 'd1', fate: 'applied' },
      { decision_id: 'd2', fate: 'applied' },
      { decision_id: 'd3', fate: 'stale' },
      { decision_id: 'd4', fate: 'applied' },
    ]);
  });

  it('lets work of approved scenes go on while people still think about others', async () => {
    const jobId = await submit(['storyboard']);
    await openGate(jobId, 'storyboard', 1);
    await decide(jobId, { decision_id: 'd1', gate: 'storyboard', decision: 'approved', revision: 1, scenes: [1] });
    await eventually('speech of scene 1 is made', async () => ((await steps(jobId, 'speech')).includes('1.1 completed') ? true : undefined));
    expect(await steps(jobId, 'speech')).toEqual(['1.1 completed']);
    await decide(jobId, { decision_id: 'd2', gate: 'storyboard', decision: 'approved', revision: 1 });
    expect(await orchestra.ended(jobId)).toBe('completed');
  });

  it("puts a reviewer's own words in and passes", async () => {
    const jobId = await submit(['storyboard']);
    await openGate(jobId, 'storyboard', 1);
    const edits = { scenes: { 2: { transcript: 'Shorter 2' } } };
    await decide(jobId, { decision_id: 'd1', gate: 'storyboard', decision: 'approved', revision: 1, edits });
    expect(await orchestra.ended(jobId)).toBe('completed');
    const { rows } = await orchestra.pool.query(`select output->'scenes' as scenes from steps where job_id = $1 and stage = 'storyboard' order by generation desc limit 1`, [jobId]);
    expect(rows[0].scenes[1].transcript).toBe('Shorter 2');
  });

  it('ends a rejected job as failed, resumable from that stage', async () => {
    const jobId = await submit(['script']);
    await openGate(jobId, 'script', 1);
    await decide(jobId, { decision_id: 'd1', gate: 'script', decision: 'rejected', revision: 1 });
    expect(await orchestra.ended(jobId)).toBe('failed');
    const { rows } = await orchestra.pool.query('select status, error from jobs where job_id = $1', [jobId]);
    expect(rows[0]).toMatchObject({ status: 'failed', error: { code: 'approval_rejected', resumable_from: 'script_context' } });
  });

  it('keeps an early decision until its gate opens, and drops a repeated one', async () => {
    const jobId = await submit(['script', 'storyboard']);
    await openGate(jobId, 'script', 1);
    const early = { decision_id: 'd1', gate: 'storyboard', decision: 'approved', revision: 1 } as const;
    await decide(jobId, early);
    await decide(jobId, early);
    await decide(jobId, { decision_id: 'd2', gate: 'script', decision: 'approved', revision: 1 });
    expect(await orchestra.ended(jobId)).toBe('completed');
    const { rows } = await orchestra.pool.query('select decision_id, fate from decisions where job_id = $1 order by decision_id', [jobId]);
    expect(rows).toEqual([
      { decision_id: 'd1', fate: 'applied' },
      { decision_id: 'd2', fate: 'applied' },
    ]);
  });

  it('remakes a scene that the rough cut shows wrong, and the rough cut with it', async () => {
    const jobId = await submit(['video_assets']);
    await openGate(jobId, 'video_assets', 1);
    await decide(jobId, { decision_id: 'd1', gate: 'video_assets', decision: 'changes_requested', revision: 1, scenes: [2] });
    await openGate(jobId, 'video_assets', 2);
    expect(await steps(jobId, 'scene_assets')).toEqual(['1.1 completed', '2.1 completed', '2.2 completed', '3.1 completed']);
    expect(await steps(jobId, 'stitch')).toEqual(['-.1 completed', '-.2 completed']);
    await decide(jobId, { decision_id: 'd2', gate: 'video_assets', decision: 'approved', revision: 2 });
    expect(await orchestra.ended(jobId)).toBe('completed');
  });

  it('cancels a job that waits at a gate', async () => {
    const jobId = await submit(['storyboard']);
    await openGate(jobId, 'storyboard', 1);
    await orchestra.handle(jobId).cancel();
    expect(await orchestra.ended(jobId)).toBe('failed');
    const { rows } = await orchestra.pool.query('select status from jobs where job_id = $1', [jobId]);
    expect(rows[0].status).toBe('cancelled');
  });
});
