import { newId } from '../../contracts/ids';
import { recordStep, type RecordedStep } from '../../db/record-step';
import { startStep } from '../../db/steps';
import { eventually } from '../support/eventually';
import { startOrchestra, type Orchestra } from '../support/orchestra';
import { outputPlan } from '../support/plans';
import { outputSnapshot } from '../support/snapshots';
import { createTrivialFamily } from '../support/trivial-family';

describe('steps of free work', () => {
  let orchestra: Orchestra;
  let onCall: (operation: string, signal: AbortSignal) => Promise<void> | void = () => undefined;

  beforeAll(async () => {
    const adapters = createTrivialFamily({ scenes: () => 1, onCall: ({ operation, signal }) => onCall(operation, signal) });
    const { traits } = adapters.lip_sync;
    orchestra = await startOrchestra({ ...adapters, lip_sync: { ...adapters.lip_sync, traits: { ...traits, cost: 'tariff' } } });
  });
  afterAll(async () => orchestra.close());
  beforeEach(() => {
    onCall = () => undefined;
  });

  async function submit(): Promise<string> {
    const snapshot = outputSnapshot({ mode: 'pose' });
    return orchestra.submit({ workflow: 'avatarOutput', snapshot, plan: outputPlan(snapshot) });
  }

  async function stepOf(jobId: string, stage: string) {
    const { rows } = await orchestra.pool.query('select * from steps where job_id = $1 and stage = $2', [jobId, stage]);
    return rows[0];
  }

  it('have both events each, numbered without a gap, one attempt and their times when they end at once', async () => {
    const jobId = await submit();
    expect(await orchestra.ended(jobId)).toBe('completed');
    const { rows: steps } = await orchestra.pool.query('select stage, attempts, status, started_at, finished_at, input_digest, output_digest, output from steps where job_id = $1', [jobId]);
    expect(steps).toHaveLength(11);
    for (const step of steps) {
      expect(step).toMatchObject({ attempts: 1, status: 'completed', input_digest: expect.stringMatching(/^sha256:/), output_digest: expect.stringMatching(/^sha256:/) });
      expect(step.started_at.getTime()).toBeLessThanOrEqual(step.finished_at.getTime());
    }
    const { rows: events } = await orchestra.pool.query('select sequence, type, data from events where job_id = $1 order by sequence', [jobId]);
    expect(events.map((event) => event.sequence)).toEqual(events.map((_, index) => index + 1));
    for (const { stage } of steps) {
      const told = events.filter((event) => event.type === 'job.progress' && event.data.stage === stage).map((event) => event.data.status);
      expect(told).toEqual(['running', 'completed']);
    }
    const percents = events.filter((event) => event.type === 'job.progress').map((event) => event.data.percent);
    expect(percents).toEqual([...percents].sort((a, b) => a - b));
    expect(events.filter((event) => event.type === 'job.started')).toHaveLength(1);
    const { rows: jobs } = await orchestra.pool.query('select last_sequence, percent from jobs where job_id = $1', [jobId]);
    expect(jobs[0]).toEqual({ last_sequence: events.length, percent: 100 });
  });

  it('are open while work goes on that takes longer', async () => {
    let seen: unknown;
    const started = new Promise<string>((resolve) => {
      onCall = async (operation) => {
        if (operation !== 'stitch') return;
        const jobId = await known;
        seen = await eventually('the step was open', async () => {
          const step = await stepOf(jobId, 'stitch');
          return step && { status: step.status, attempts: step.attempts, finished_at: step.finished_at };
        });
        resolve(jobId);
      };
    });
    const known = submit();
    await started;
    expect(await orchestra.ended(await known)).toBe('completed');
    expect(seen).toEqual({ status: 'running', attempts: 1, finished_at: null });
    expect(await stepOf(await known, 'stitch')).toMatchObject({ status: 'completed', attempts: 1 });
  });

  it('are open before work begins that costs something', async () => {
    let seen: unknown;
    onCall = async (operation) => {
      if (operation === 'lip_sync') seen = (await stepOf(await known, 'lip_sync'))?.status;
    };
    const known = submit();
    expect(await orchestra.ended(await known)).toBe('completed');
    expect(seen).toBe('running');
  });

  it('keep the attempt and the error of work that fails at once', async () => {
    let failures = 0;
    onCall = (operation) => {
      if (operation === 'stitch' && (failures += 1) === 1) throw new Error('broken on purpose');
    };
    const jobId = await submit();
    const failed = await eventually('the failure was kept', async () => {
      const step = await stepOf(jobId, 'stitch');
      return (step?.error || step?.status === 'completed') && step;
    });
    expect(failed.attempts).toBeGreaterThanOrEqual(1);
    expect(await orchestra.ended(jobId)).toBe('completed');
    expect(await stepOf(jobId, 'stitch')).toMatchObject({ status: 'completed', attempts: 2, error: null });
  });

  it('stop when the job turns out to be over', async () => {
    const aborted = new Promise<void>((resolve) => {
      onCall = async (operation, signal) => {
        if (operation !== 'stitch') return;
        await orchestra.pool.query("update jobs set status = 'cancelling' where job_id = $1", [await known]);
        await new Promise<void>((_, reject) => {
          signal.addEventListener('abort', () => {
            reject(Object.assign(new Error('aborted'), { name: 'AbortError' }));
            resolve();
          });
        });
      };
    });
    const known = submit();
    await aborted;
    expect(await stepOf(await known, 'stitch')).toBeUndefined();
    await orchestra.handle(await known).cancel();
    await orchestra.ended(await known);
  });

  describe('recorded whole', () => {
    const now = new Date('2026-01-01T00:00:00Z');
    const later = new Date('2026-01-01T00:00:01Z');

    async function makeJob(status: string): Promise<string> {
      const snapshot = outputSnapshot();
      const jobId = newId('job', new Date());
      await orchestra.pool.query(
        `insert into jobs (job_id, tenant, job_type, contract, idempotency_key, fingerprint, route, snapshot, snapshot_sha256, plan, created_at, status)
         values ($1, 'demo', 'avatar_output', 'v3', $1, '', 'test', $2, '', $3, now(), $4)`,
        [jobId, JSON.stringify(snapshot), JSON.stringify(outputPlan(snapshot)), status],
      );
      return jobId;
    }

    function recordOf(job_id: string, output: string): RecordedStep {
      const at = { job_id, stage: 'payload', scene: null, generation: 1, scenes: null } as const;
      const id = (): string => newId('event', new Date());
      const opened = { ...at, revision: 1, input_digest: 'in', execution_key: 'key', provider_family: null, model: null, now, percent: 0, event_ids: [id(), id()] as [string, string], progress: { status: 'running' } };
      const finished = { ...at, status: 'completed' as const, output, output_digest: 'out', assets: [], cost_micro_usd: 0, reused_from: null, now: later, percent: 5, event_id: id(), progress: { status: 'completed' } };
      return { opened, finished };
    }

    async function eventsOf(jobId: string): Promise<string[]> {
      const { rows } = await orchestra.pool.query("select sequence || ' ' || type || coalesce(' ' || (data->>'status'), '') as line from events where job_id = $1 order by sequence", [jobId]);
      return rows.map((row) => row.line);
    }

    it('tell that the job has started before the first one', async () => {
      const jobId = await makeJob('accepted');
      expect(await recordStep(orchestra.pool, recordOf(jobId, '{}'))).toBe(true);
      expect(await eventsOf(jobId)).toEqual(['1 job.started', '2 job.progress running', '3 job.progress completed']);
      const { rows } = await orchestra.pool.query('select status, started_at, percent, current_stage from jobs where job_id = $1', [jobId]);
      expect(rows).toEqual([{ status: 'running', started_at: now, percent: 5, current_stage: 'payload' }]);
    });

    it('leave what is finished as it is', async () => {
      const jobId = await makeJob('accepted');
      await recordStep(orchestra.pool, recordOf(jobId, '{"first": true}'));
      expect(await recordStep(orchestra.pool, recordOf(jobId, '{"first": false}'))).toBe(false);
      expect(await eventsOf(jobId)).toHaveLength(3);
      expect(await stepOf(jobId, 'payload')).toMatchObject({ output: { first: true }, attempts: 1 });
    });

    it('are not stored for a job that is being cancelled', async () => {
      const jobId = await makeJob('cancelling');
      expect(await recordStep(orchestra.pool, recordOf(jobId, '{}'))).toBe(false);
      expect(await eventsOf(jobId)).toEqual([]);
      expect(await stepOf(jobId, 'payload')).toBeUndefined();
    });

    it('count on from an attempt that did not finish, and announce it no second time', async () => {
      const jobId = await makeJob('accepted');
      const record = recordOf(jobId, '{}');
      await startStep(orchestra.pool, record.opened);
      const { opened, finished } = recordOf(jobId, '{}');
      expect(await recordStep(orchestra.pool, { opened: { ...opened, now: later }, finished })).toBe(true);
      expect(await eventsOf(jobId)).toEqual(['1 job.started', '2 job.progress running', '3 job.progress completed']);
      expect(await stepOf(jobId, 'payload')).toMatchObject({ attempts: 2, started_at: now, finished_at: later });
    });

    const ending = () => ({ result: { poster: 'p' }, data: { result: { poster: 'p' } }, event_id: newId('event', new Date()) });

    it('complete their job where they are its last, and close what was left open', async () => {
      const jobId = await makeJob('running');
      const { opened: other } = recordOf(jobId, '{}');
      await startStep(orchestra.pool, { ...other, stage: 'storyboard' });
      await orchestra.pool.query("insert into gates (job_id, gate, stage, revision, opened_at) values ($1, 'script', 'script_context', 1, $2)", [jobId, now]);
      expect(await recordStep(orchestra.pool, { ...recordOf(jobId, '{}'), ending: ending() })).toBe(true);
      expect(await eventsOf(jobId)).toEqual(['1 job.started', '2 job.progress running', '3 job.progress running', '4 job.progress completed', '5 job.completed']);
      const { rows } = await orchestra.pool.query('select status, finished_at, percent, result, error, last_sequence, last_event_at from jobs where job_id = $1', [jobId]);
      expect(rows).toEqual([{ status: 'completed', finished_at: later, percent: 100, result: { poster: 'p' }, error: null, last_sequence: 5, last_event_at: later }]);
      expect(await stepOf(jobId, 'payload')).toMatchObject({ status: 'completed' });
      expect(await stepOf(jobId, 'storyboard')).toMatchObject({ status: 'cancelled', finished_at: later });
      const gates = await orchestra.pool.query('select closed_at from gates where job_id = $1', [jobId]);
      expect(gates.rows).toEqual([{ closed_at: later }]);
    });

    it('complete their job with a step that an earlier attempt had opened', async () => {
      const jobId = await makeJob('accepted');
      await startStep(orchestra.pool, recordOf(jobId, '{}').opened);
      expect(await recordStep(orchestra.pool, { ...recordOf(jobId, '{}'), ending: ending() })).toBe(true);
      expect(await eventsOf(jobId)).toEqual(['1 job.started', '2 job.progress running', '3 job.progress completed', '4 job.completed']);
      expect(await stepOf(jobId, 'payload')).toMatchObject({ status: 'completed', attempts: 2 });
    });

    it('leave a job that is being cancelled to its end', async () => {
      const jobId = await makeJob('cancelling');
      expect(await recordStep(orchestra.pool, { ...recordOf(jobId, '{}'), ending: ending() })).toBe(false);
      const { rows } = await orchestra.pool.query('select status, result from jobs where job_id = $1', [jobId]);
      expect(rows).toEqual([{ status: 'cancelling', result: null }]);
    });
  });
});
