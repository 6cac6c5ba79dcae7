import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { NativeConnection, Worker } from '@temporalio/worker';
import pino from 'pino';
import { createActivities } from '../../activities/index';
import type { ExpiryReport, LostReport, StartReport } from '../../activities/maintenance/maintenance';
import { digestOf } from '../../contracts/digest';
import { newId } from '../../contracts/ids';
import { SWEEPS, type SweepRequest } from '../../contracts/sweeps';
import { bundlePath } from '../../worker/bundle';
import { ensureSchedules } from '../../worker/schedules';
import { eventually } from '../support/eventually';
import { startOrchestra, type Orchestra } from '../support/orchestra';
import { outputPlan } from '../support/plans';
import { outputSnapshot } from '../support/snapshots';
import { createTrivialFamily } from '../support/trivial-family';

describe('the sweeps of the maintenance queue', () => {
  let orchestra: Orchestra;
  let connection: NativeConnection;
  let worker: Worker;
  let running: Promise<void>;
  let folder: string;
  const adapters = createTrivialFamily({ scenes: () => 2, onCall: () => undefined });
  const log = pino({ level: 'silent' });

  beforeAll(async () => {
    orchestra = await startOrchestra(adapters);
    folder = await mkdtemp(path.join(os.tmpdir(), 'understudy-sweeps-'));
    connection = await NativeConnection.connect({ address: orchestra.address });
    const activities = createActivities({ ...orchestra.deps, scratch: folder });
    worker = await Worker.create({ connection, taskQueue: 'maintenance', activities, workflowBundle: { codePath: bundlePath() } });
    running = worker.run();
  });
  afterAll(async () => {
    worker.shutdown();
    await running;
    await connection.close();
    await orchestra.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** A job's row as the API commits it, without the start that follows. */
  async function accept(change: { parent_job_id?: string; require_approval?: ['storyboard'] } = {}): Promise<string> {
    const snapshot = outputSnapshot({ require_approval: change.require_approval ?? [] });
    const jobId = newId('job', new Date());
    await orchestra.pool.query(
      `insert into jobs (job_id, tenant, job_type, contract, idempotency_key, fingerprint, route, snapshot, snapshot_sha256, plan, parent_job_id, created_at)
       values ($1, 'demo', 'avatar_output', 'v3', $1, '', 'test', $2, $3, $4, $5, now())`,
      [jobId, JSON.stringify(snapshot), digestOf(snapshot), JSON.stringify(outputPlan(snapshot)), change.parent_job_id ?? null],
    );
    return jobId;
  }

  async function run<Report>(workflow: string, request: SweepRequest): Promise<Report> {
    return orchestra.client.workflow.execute<(request: SweepRequest) => Promise<Report>>(workflow, {
      taskQueue: 'maintenance',
      workflowId: `${workflow}-${newId('event', new Date())}`,
      args: [request],
    });
  }
  const startPending = (request: SweepRequest = {}) => run<StartReport>('startPendingJobs', { older_than_ms: -1_000, ...request });
  const endLost = (request: SweepRequest = {}) => run<LostReport>('endLostJobs', { older_than_ms: -1_000, ...request });

  async function job(jobId: string) {
    const { rows } = await orchestra.pool.query('select * from jobs where job_id = $1', [jobId]);
    return rows[0];
  }

  async function submitWaiting(): Promise<string> {
    const snapshot = outputSnapshot({ require_approval: ['storyboard'] });
    const jobId = await orchestra.submit({ workflow: 'avatarOutput', snapshot, plan: outputPlan(snapshot) });
    await eventually('the job waits for an approval', async () => (await job(jobId)).status === 'waiting_for_approval');
    return jobId;
  }

  async function submitRetry(): Promise<string> {
    const snapshot = outputSnapshot({ require_approval: ['storyboard'] });
    return orchestra.submit({ workflow: 'retryJob', queue: 'retry', snapshot, plan: outputPlan(snapshot) });
  }

  async function listedAsClosed(jobId: string): Promise<void> {
    await eventually('visibility shows the end', async () => {
      for await (const _ of orchestra.client.workflow.list({ query: `WorkflowId = '${jobId}' AND ExecutionStatus != 'Running'` })) return true;
      return false;
    });
  }

  it('starts a job that nobody started, with the start options of the API', async () => {
    const jobId = await accept();
    expect(await startPending({ dry_run: true })).toEqual({ started: [jobId], refused: [], failed: [] });
    expect((await job(jobId)).started_at).toBeNull();
    expect(await startPending()).toEqual({ started: [jobId], refused: [], failed: [] });
    expect(await orchestra.ended(jobId)).toBe('completed');
    expect((await job(jobId)).status).toBe('completed');
    const { searchAttributes, staticSummary } = await orchestra.handle(jobId).describe().then(async (it) => ({ searchAttributes: it.searchAttributes, staticSummary: await it.staticSummary() }));
    expect(searchAttributes).toMatchObject({ AvatarJobType: ['avatar_output'], AvatarTenant: ['demo'], AvatarRoute: ['test'] });
    expect(staticSummary).toBe('avatar_output · test · demo');
  });

  it('leaves a job alone that is younger than the API needs', async () => {
    const jobId = await accept();
    expect((await startPending({ older_than_ms: 3_600_000 })).started).toEqual([]);
    expect((await startPending()).started).toEqual([jobId]);
    await orchestra.ended(jobId);
  });

  it('starts the others when one cannot be started', async () => {
    const [broken, whole] = [await accept(), await accept()];
    await orchestra.pool.query(`update jobs set job_type = 'script_approval' where job_id = $1`, [broken]);
    expect(await startPending()).toEqual({ started: [whole], refused: [], failed: [broken] });
    await orchestra.ended(whole);
    await orchestra.pool.query(`update jobs set status = 'cancelled', finished_at = now() where job_id = $1`, [broken]);
  });

  it('ends a job whose workflow was terminated, and says from where to resume', async () => {
    const jobId = await submitWaiting();
    await orchestra.handle(jobId).terminate('by a test');
    await listedAsClosed(jobId);
    const expected = { ended: [{ job_id: jobId, outcome: 'failed', resumable_from: 'speech' }], terminated: [] };
    expect(await endLost({ dry_run: true })).toEqual(expected);
    expect((await job(jobId)).status).toBe('waiting_for_approval');
    expect(await endLost()).toEqual(expected);
    expect(await job(jobId)).toMatchObject({ status: 'failed', error: { code: 'workflow_lost', retryable: true, resumable_from: 'speech' } });
    const { rows: events } = await orchestra.pool.query('select type, data from events where job_id = $1 order by sequence desc limit 1', [jobId]);
    expect(events[0]).toMatchObject({ type: 'job.failed', data: { error: { code: 'workflow_lost' } } });
    expect(await endLost()).toEqual({ ended: [], terminated: [] });
  });

  it('ends an accepted job whose workflow was terminated before its first step', async () => {
    await orchestra.stopWorkers();
    const jobId = await accept();
    await startPending();
    await orchestra.handle(jobId).terminate('by a test');
    await listedAsClosed(jobId);
    expect(await startPending()).toEqual({ started: [], refused: [jobId], failed: [] });
    expect((await endLost()).ended).toEqual([{ job_id: jobId, outcome: 'failed', resumable_from: 'payload' }]);
    await orchestra.startWorkers();
  });

  it('ends a job that was to be cancelled as cancelled', async () => {
    const jobId = await submitWaiting();
    await orchestra.pool.query(`update jobs set status = 'cancelling' where job_id = $1`, [jobId]);
    await orchestra.handle(jobId).terminate('by a test');
    await listedAsClosed(jobId);
    expect((await endLost()).ended).toMatchObject([{ job_id: jobId, outcome: 'cancelled' }]);
    expect((await job(jobId)).status).toBe('cancelled');
  });

  it('finds a retry ended that was cancelled before its pipeline began', async () => {
    await orchestra.stopWorkers();
    const jobId = await submitRetry();
    await orchestra.pool.query(`update jobs set status = 'cancelling' where job_id = $1`, [jobId]);
    await orchestra.handle(jobId).cancel();
    await orchestra.startWorkers();
    await orchestra.ended(jobId);
    await listedAsClosed(jobId);
    expect((await job(jobId)).status).toBe('cancelled');
    expect(await endLost()).toEqual({ ended: [], terminated: [] });
  });

  it('leaves a retry alone whose own workflow is gone while its pipeline still runs', async () => {
    const jobId = await submitRetry();
    await eventually('the pipeline waits for an approval', async () => (await job(jobId)).status === 'waiting_for_approval');
    await orchestra.stopWorkers();
    await orchestra.handle(jobId).terminate('by a test');
    await listedAsClosed(jobId);
    expect(await endLost()).toEqual({ ended: [], terminated: [] });
    await orchestra.startWorkers();
    // Its pipeline is asked to cancel when its parent ends, and closes the job itself.
    await eventually('the pipeline has closed the job', async () => (await job(jobId)).status === 'cancelled');
    await listedAsClosed(`${jobId}/pipeline`);
  });

  it('leaves a job alone whose workflow runs, or that is not started yet', async () => {
    const waiting = await submitWaiting();
    const fresh = await accept();
    expect(await endLost()).toEqual({ ended: [], terminated: [] });
    await startPending();
    await orchestra.ended(fresh);
    await orchestra.handle(waiting).cancel();
    await orchestra.ended(waiting);
  });

  it('terminates a workflow that still waits for a job that has ended', async () => {
    const jobId = await submitWaiting();
    await orchestra.pool.query(`update jobs set status = 'failed', error = '{}', finished_at = now() where job_id = $1`, [jobId]);
    expect(await endLost({ dry_run: true })).toEqual({ ended: [], terminated: [jobId] });
    expect((await orchestra.handle(jobId).describe()).status.name).toBe('RUNNING');
    expect((await endLost()).terminated).toEqual([jobId]);
    expect((await orchestra.handle(jobId).describe()).status.name).toBe('TERMINATED');
  });

  describe('tells a workflow whose timer knows a later time that the deadline of its gate has passed', () => {
    const expire = (request: SweepRequest = {}) => run<ExpiryReport>('expireGates', request);

    async function submitOverdue(on_deadline: 'fail' | 'approve', workflow = 'avatarOutput'): Promise<string> {
      const snapshot = outputSnapshot({ require_approval: ['storyboard'], approval_deadline_ms: 3_600_000, on_deadline });
      const jobId = await orchestra.submit({ workflow, queue: workflow === 'retryJob' ? 'retry' : 'avatar', snapshot, plan: outputPlan(snapshot) });
      await eventually('the job waits for an approval', async () => (await job(jobId)).status === 'waiting_for_approval');
      expect((await expire()).told).toEqual([]);
      await orchestra.pool.query(`update gates set deadline_at = now() - interval '2 minutes' where job_id = $1`, [jobId]);
      return jobId;
    }

    it('and the job fails where it is to fail', async () => {
      const jobId = await submitOverdue('fail');
      const told = [{ job_id: jobId, gate: 'storyboard', revision: 1 }];
      expect(await expire({ dry_run: true })).toEqual({ told, failed: [] });
      expect(await expire({ dry_run: true, tenant: 'other' })).toEqual({ told: [], failed: [] });
      expect(await expire()).toEqual({ told, failed: [] });
      expect(await orchestra.ended(jobId)).toBe('failed');
      expect(await job(jobId)).toMatchObject({ status: 'failed', error: { code: 'approval_timeout', resumable_from: 'storyboard' } });
    });

    it.each(['avatarOutput', 'retryJob'])('and the job goes on where silence approves: %s', async (workflow) => {
      const jobId = await submitOverdue('approve', workflow);
      // Whoever signals by hand may send anything; only the gate's own round counts.
      for (const junk of [[], [{ gate: 'storyboard', revision: 7 }], [{ gate: 'none' }]]) await orchestra.handle(jobId).signal('expire', ...junk);
      expect((await expire()).told).toHaveLength(1);
      expect(await orchestra.ended(jobId)).toBe('completed');
      const { rows } = await orchestra.pool.query('select decided_by, decision, fate from decisions where job_id = $1', [jobId]);
      expect(rows).toEqual([{ decided_by: 'deadline', decision: 'approved', fate: 'applied' }]);
    });

    it('once in ten minutes, where it does not answer', async () => {
      await orchestra.stopWorkers();
      const jobId = await accept({ require_approval: ['storyboard'] });
      await orchestra.client.workflow.start('avatarOutput', { workflowId: jobId, taskQueue: 'avatar', args: [] });
      await orchestra.pool.query(`insert into gates (job_id, gate, revision, opened_at, deadline_at) values ($1, 'storyboard', 1, now(), now() - interval '1 day')`, [jobId]);
      expect((await expire()).told).toHaveLength(1);
      expect((await expire()).told).toEqual([]);
      await orchestra.pool.query(`update gates set expiry_told_at = now() - interval '11 minutes' where job_id = $1`, [jobId]);
      expect((await expire()).told).toHaveLength(1);
      await orchestra.handle(jobId).terminate();
      await orchestra.pool.query(`update jobs set status = 'cancelled', finished_at = now() where job_id = $1`, [jobId]);
      await orchestra.startWorkers();
    });
  });

  it('runs by schedules that a second worker start leaves as they are', async () => {
    const place = { connection, namespace: 'default', log };
    await Promise.all([ensureSchedules(place), ensureSchedules(place)]);
    const paused = orchestra.client.schedule.getHandle('end-lost-jobs');
    await paused.pause('by a test');
    await eventually('the server shows the pause', async () => (await paused.describe()).state.paused);
    await ensureSchedules(place);
    const described = await Promise.all(SWEEPS.map(({ id }) => orchestra.client.schedule.getHandle(id).describe()));
    expect(described.map(({ scheduleId, spec, policies, state }) => [scheduleId, spec.intervals?.[0]?.every, policies.overlap, policies.catchupWindow, state.paused])).toEqual(
      SWEEPS.map(({ id, every_ms }) => [id, every_ms, 'SKIP', 60_000, id === 'end-lost-jobs']),
    );
    const jobId = await accept();
    await orchestra.client.schedule.getHandle('start-pending-jobs').trigger();
    await orchestra.pool.query(`update jobs set created_at = now() - interval '1 minute' where job_id = $1`, [jobId]);
    await eventually('the schedule starts the job', async () => (await job(jobId)).status === 'completed');
  });
});
