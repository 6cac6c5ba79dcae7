import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { projectRoot } from '../../contracts/project-root';
import { makeAvatar, newKey, output } from '../api/support/data';
import { clientOf } from '../api/support/client';
import { startApi, type TestApi } from '../api/support/start-api';
import { startTestTemporal, type TestTemporal } from '../setup/temporal';
import { eventually } from '../support/eventually';

const STAGES = ['script_context', 'storyboard', 'speech', 'backgrounds', 'scene_assets', 'broll_pose', 'stitch', 'lip_sync', 'enhance', 'output'];

describe('a worker that is killed', () => {
  let temporal: TestTemporal;
  let api: TestApi;
  const http = clientOf(() => api);
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    temporal = await startTestTemporal();
    api = await startApi({ TEMPORAL_ADDRESS: temporal.address });
  });
  /** The next test holds work of its own, which a worker that was left over would take. */
  afterEach(async () => {
    for (const child of children.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  });
  afterAll(async () => {
    await api.stop();
    await temporal.stop();
  });

  /** Starts a worker process; `said` collects its lines. */
  function startWorker(hold: string[]): { child: ChildProcess; said: string[] } {
    const script = path.join(projectRoot(), 'dist', 'test', 'support', 'held-worker.js');
    const env = { ...process.env, TEMPORAL_ADDRESS: temporal.address, DATABASE_URL: api.databaseUrl, HOLD: hold.join(',') };
    const child = spawn(process.execPath, [script], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const said: string[] = [];
    child.stdout?.on('data', (chunk: Buffer) => said.push(...chunk.toString().split('\n').filter(Boolean)));
    children.push(child);
    return { child, said };
  }

  /** When each finished step finished, and how often it was tried: a step that is made again shows in both. */
  async function finishedSteps(): Promise<Map<string, string>> {
    const { rows } = await api.deps.pool.query(
      `select job_id || ' ' || stage as step, attempts || ' ' || finished_at as state from steps where status = 'completed'`,
    );
    return new Map(rows.map((row) => [row.step, row.state]));
  }

  async function openStages(): Promise<string[]> {
    const { rows } = await api.deps.pool.query("select stage from steps where status = 'running'");
    return rows.map((row) => row.stage);
  }

  it('in the middle of each stage loses nothing, and no finished stage is made again', async () => {
    const avatarId = await makeAvatar(api);
    const first = startWorker(STAGES);
    const jobs: string[] = [];
    for (let count = 0; count < STAGES.length; count += 1) {
      const answer = await http.post('/v1/jobs', output(avatarId, { mode: 'pose' }));
      jobs.push(answer.body.job_id);
      await eventually(`another stage is held`, () => Promise.resolve(first.said.filter((line) => line.startsWith('held')).length > count));
    }
    // What is killed in the first milliseconds of its work leaves no attempt behind.
    await eventually('every held stage is open', async () => (await openStages()).length === STAGES.length);
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    const finished = await finishedSteps();
    startWorker([]);
    for (const jobId of jobs) {
      await eventually(`job ${jobId} is completed`, async () => (await http.get(`/v1/jobs/${jobId}`)).body.status === 'completed');
    }
    const after = await finishedSteps();
    for (const [step, state] of finished) expect(`${step} ${after.get(step)}`).toBe(`${step} ${state}`);
    expect(after.size).toBe(jobs.length * (STAGES.length + 1));
    const { rows } = await api.deps.pool.query('select distinct stage from steps where attempts > 1 order by stage');
    expect(rows.map((row) => row.stage)).toEqual([...STAGES].sort());
  });

  it('while a gate is open and while the pipeline of a retry runs loses neither', async () => {
    const avatarId = await makeAvatar(api);
    const first = startWorker(['stitch']);
    const gated = (await http.post('/v1/jobs', output(avatarId, { require_approval: ['storyboard'] }))).body.job_id;
    const awaiting = await eventually('the gate is open', async () => (await http.get(`/v1/jobs/${gated}`)).body.awaiting[0]);
    const failed = (await http.post('/v1/jobs', output(avatarId))).body.job_id;
    await eventually('the first film is held', () => Promise.resolve(first.said.includes('held stitch')));
    await http.post(`/v1/jobs/${failed}/cancel`);
    await eventually('it is cancelled', async () => (await http.get(`/v1/jobs/${failed}`)).body.status === 'cancelled');
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    const second = startWorker(['stitch']);
    const body = { idempotency_key: newKey(), from_stage: 'stitch', scope: 'downstream' };
    const retry = (await http.post(`/v1/jobs/${failed}/retry`, body)).body.job_id;
    await eventually('the retry is held in its pipeline', () => Promise.resolve(second.said.includes('held stitch')));
    second.child.kill('SIGKILL');
    await once(second.child, 'exit');
    startWorker([]);
    const decision = { idempotency_key: newKey(), gate: 'storyboard', decision: 'approved', revision: awaiting.revision, decided_by: 'rev@example.com' };
    expect((await http.post(`/v1/jobs/${gated}/approvals`, decision)).status).toBe(202);
    for (const jobId of [gated, retry]) {
      await eventually(`job ${jobId} is completed`, async () => (await http.get(`/v1/jobs/${jobId}`)).body.status === 'completed');
    }
    const { rows } = await api.deps.pool.query(`select stage from steps where job_id = $1 and attempts > 1`, [retry]);
    expect(rows.map((row) => row.stage)).toEqual(['stitch']);
  });
});
