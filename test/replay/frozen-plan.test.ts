import { startOrchestra, type Orchestra } from '../support/orchestra';
import { outputPlan } from '../support/plans';
import { outputSnapshot } from '../support/snapshots';
import { createTrivialFamily } from '../support/trivial-family';
import { planOfAnotherTable } from './scenarios';

describe('a job that was planned with another stage table', () => {
  let orchestra: Orchestra;
  let finished: string[] = [];

  beforeAll(async () => {
    orchestra = await startOrchestra(createTrivialFamily({ scenes: () => 2, onCall: () => undefined }));
    const snapshot = outputSnapshot({ mode: 'b_roll' });
    const jobId = await orchestra.submit({ workflow: 'avatarOutput', snapshot, plan: planOfAnotherTable(outputPlan(snapshot)) });
    expect(await orchestra.ended(jobId)).toBe('completed');
    const { rows } = await orchestra.pool.query<{ type: string; item: string }>(
      `select data->>'stage' || coalesce('/' || (data->>'scene'), '') || ' ' || (data->>'status') as item from events
        where job_id = $1 and type = 'job.progress' order by sequence`,
      [jobId],
    );
    finished = rows.map((row) => row.item);
  });
  afterAll(async () => orchestra.close());

  it('ends, without the stage that its plan does not have', () => {
    expect(finished.filter((item) => item.startsWith('broll_pose'))).toEqual([]);
    expect(finished.at(-1)).toMatch(/^output /);
  });

  it("keeps its own plan's order where the table asks for another", () => {
    for (const scene of ['1', '2']) {
      const spoken = finished.findIndex((item) => item === `speech/${scene} completed`);
      const painted = finished.findIndex((item) => item.startsWith(`backgrounds/${scene} `));
      expect(spoken).toBeGreaterThanOrEqual(0);
      expect(painted).toBeGreaterThan(spoken);
    }
  });
});
