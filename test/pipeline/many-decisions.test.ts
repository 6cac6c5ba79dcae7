import { DECISIONS, GATES } from '../../contracts/vocabulary';
import type { DecisionSignal } from '../../contracts/plan';
import { createRandom } from '../../adapters/local/random';
import { eventually } from '../support/eventually';
import { startOrchestra, type Orchestra } from '../support/orchestra';
import { outputPlan } from '../support/plans';
import { outputSnapshot } from '../support/snapshots';
import { createTrivialFamily } from '../support/trivial-family';

const JOBS = 25;
const DECISIONS_A_JOB = 20;
const SEED = 'many decisions';

describe('five hundred random decisions over twenty-five jobs', () => {
  let orchestra: Orchestra;

  beforeAll(async () => {
    orchestra = await startOrchestra(createTrivialFamily({ scenes: () => 3, onCall: () => undefined }));
  });
  afterAll(async () => orchestra.close());

  async function submit(): Promise<string> {
    const snapshot = outputSnapshot({ require_approval: [...GATES] });
    return orchestra.submit({ workflow: 'avatarOutput', snapshot, plan: outputPlan(snapshot) });
  }

  /** Early, late, stale, partial, repeated and conflicting ones; every tenth rejects. */
  function randomDecision(random: () => number, jobId: string, index: number): DecisionSignal {
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
    const decision = random() < 0.1 ? 'rejected' : pick(DECISIONS.filter((name) => name !== 'rejected'));
    const scenes = random() < 0.5 ? null : [1, 2, 3].filter(() => random() < 0.5);
    const repeated = random() < 0.1 && index > 0;
    return { decision_id: `${jobId}-${repeated ? index - 1 : index}`, gate: pick(GATES), decision, revision: 1 + Math.floor(random() * 3), scenes, decided_by: 'random' };
  }

  async function status(jobId: string): Promise<string> {
    const { rows } = await orchestra.pool.query<{ status: string }>('select status from jobs where job_id = $1', [jobId]);
    return rows[0]?.status ?? 'gone';
  }

  /** Approves whatever is open until the job has ended. */
  async function approveToTheEnd(jobId: string): Promise<string> {
    let round = 0;
    return eventually(`job ${jobId} ended`, async () => {
      const now = await status(jobId);
      if (['completed', 'failed'].includes(now)) return now;
      const { rows } = await orchestra.pool.query('select gate, revision from gates where job_id = $1 and closed_at is null', [jobId]);
      for (const { gate, revision } of rows) {
        round += 1;
        const decision: DecisionSignal = { decision_id: `${jobId}-end-${round}`, gate, decision: 'approved', revision, decided_by: 'end' };
        await orchestra.handle(jobId).signal('decide', decision).catch(() => undefined);
      }
      return null;
    });
  }

  it('each end in one fate, and each job in one legal end', async () => {
    const random = createRandom(SEED);
    const jobs = await Promise.all(Array.from({ length: JOBS }, submit));
    const sent = jobs.flatMap((jobId) => Array.from({ length: DECISIONS_A_JOB }, (_, index) => ({ jobId, decision: randomDecision(random, jobId, index) })));
    await Promise.all(sent.map(({ jobId, decision }) => orchestra.handle(jobId).signal('decide', decision).catch(() => undefined)));
    const ends = await Promise.all(jobs.map(approveToTheEnd));
    await Promise.all(jobs.map((jobId) => orchestra.ended(jobId)));
    expect(ends.every((end) => end === 'completed' || end === 'failed')).toBe(true);
    const { rows: open } = await orchestra.pool.query(`select decision_id, fate from decisions where fate in ('recorded', 'early')`);
    expect(open).toEqual([]);
    const { rows: gates } = await orchestra.pool.query('select job_id from gates where closed_at is null');
    expect(gates).toEqual([]);
    const { rows: gaps } = await orchestra.pool.query('select job_id from events group by job_id having max(sequence) <> count(*)');
    expect(gaps).toEqual([]);
    const { rows: twice } = await orchestra.pool.query('select job_id from events where type in ($1, $2) group by job_id having count(*) <> 1', ['job.completed', 'job.failed']);
    expect(twice).toEqual([]);
  });
});
