import { createTrivialFamily } from '../support/trivial-family';
import { startOrchestra, type Orchestra } from '../support/orchestra';
import { creationPlan, outputPlan } from '../support/plans';
import { creationSnapshot, outputSnapshot } from '../support/snapshots';

describe('a pipeline on the real server', () => {
  let orchestra: Orchestra;
  const calls: string[] = [];
  let broken: string | null = null;

  beforeAll(async () => {
    orchestra = await startOrchestra(
      createTrivialFamily({
        scenes: () => 3,
        onCall: ({ operation, scene }) => {
          const item = scene === null ? operation : `${operation}/${scene}`;
          calls.push(item);
          if (item === broken) throw Object.assign(new Error('broken on purpose'), { name: 'PhotosRejected', problems: [{ photo: 0, code: 'photo_blurred', message: 'blurred' }] });
        },
      }),
    );
  });
  afterAll(async () => orchestra.close());
  beforeEach(() => {
    calls.length = 0;
    broken = null;
  });

  async function rows(jobId: string) {
    const { rows: steps } = await orchestra.pool.query('select stage, scene, status, attempts from steps where job_id = $1 order by position', [jobId]);
    return steps;
  }

  it('runs a creation to its end and saves the avatar', async () => {
    const snapshot = creationSnapshot();
    const jobId = await orchestra.submit({ workflow: 'avatarCreation', snapshot, plan: creationPlan(snapshot) });
    expect(await orchestra.ended(jobId)).toBe('completed');
    const { rows: jobs } = await orchestra.pool.query('select status, percent, result from jobs where job_id = $1', [jobId]);
    expect(jobs[0]).toMatchObject({ status: 'completed', percent: 100, result: { avatar_id: snapshot.avatar_id, version: 1 } });
    const { rows: versions } = await orchestra.pool.query('select version, consent from avatar_versions where avatar_id = $1', [snapshot.avatar_id]);
    expect(versions).toEqual([{ version: 1, consent: snapshot.consent }]);
  });

  it('runs every stage of a film once', async () => {
    const snapshot = outputSnapshot();
    const jobId = await orchestra.submit({ workflow: 'avatarOutput', snapshot, plan: outputPlan(snapshot) });
    expect(await orchestra.ended(jobId)).toBe('completed');
    const steps = await rows(jobId);
    expect(steps.filter((step) => step.status === 'completed')).toHaveLength(5 + 5 * 3);
    expect(new Set(steps.map((step) => step.attempts))).toEqual(new Set([1]));
  });

  it('numbers events without a gap and ends with the completion', async () => {
    const snapshot = outputSnapshot();
    const jobId = await orchestra.submit({ workflow: 'avatarOutput', snapshot, plan: outputPlan(snapshot) });
    await orchestra.ended(jobId);
    const { rows: events } = await orchestra.pool.query('select sequence, type, data from events where job_id = $1 order by sequence', [jobId]);
    expect(events.map((event) => event.sequence)).toEqual(events.map((_, index) => index + 1));
    expect(events[0].type).toBe('job.started');
    expect(events.at(-1).type).toBe('job.completed');
    const percents = events.filter((event) => event.type === 'job.progress').map((event) => event.data.percent);
    expect(percents).toEqual([...percents].sort((a, b) => a - b));
  });

  it('lets siblings finish when one scene fails, and names where to resume', async () => {
    broken = 'lip_sync/2';
    const snapshot = outputSnapshot();
    const jobId = await orchestra.submit({ workflow: 'avatarOutput', snapshot, plan: outputPlan(snapshot) });
    expect(await orchestra.ended(jobId)).toBe('failed');
    const steps = await rows(jobId);
    const lips = steps.filter((step) => step.stage === 'lip_sync').map((step) => `${step.scene} ${step.status}`).sort();
    expect(lips).toEqual(['1 completed', '2 failed', '3 completed']);
    const { rows: jobs } = await orchestra.pool.query('select status, error from jobs where job_id = $1', [jobId]);
    expect(jobs[0]).toMatchObject({
      status: 'failed',
      error: { code: 'photo_blurred', stage: 'lip_sync', scene: 2, resumable_from: 'lip_sync', failed_stages: [{ stage: 'lip_sync', scene: 2 }] },
    });
  });
});
