import { TestWorkflowEnvironment } from '@temporalio/testing';
import { SEARCH_ATTRIBUTES } from '../../dev/temporal-server';
import { ensureTimeSkippingServer } from '../../dev/tools/time-skipping-server';
import { createTestDatabase, type TestDatabase } from '../setup/database';
import { conduct, quieten, type Orchestra } from '../support/orchestra';
import { outputPlan } from '../support/plans';
import { outputSnapshot } from '../support/snapshots';
import { familyBuyingAt, openHouse } from '../operations/counting-house';
import { eventually } from '../support/eventually';

const THREE_DAYS_MS = 3 * 86_400_000;
const KEYWORD = 2;

/** On the test server of the SDKs, whose clock jumps to the next timer while nothing runs and somebody waits for the result. */
describe('a wait of three days', () => {
  let environment: TestWorkflowEnvironment | null = null;
  let database: TestDatabase;
  let orchestra: Orchestra;

  beforeAll(async () => {
    const server = await ensureTimeSkippingServer((line) => process.stderr.write(`${line}\n`));
    if (server === null) return;
    quieten();
    environment = await TestWorkflowEnvironment.createTimeSkipping({ server: { executable: { type: 'existing-path', path: server } } });
    const searchAttributes = Object.fromEntries(SEARCH_ATTRIBUTES.map((name) => [name, KEYWORD]));
    await environment.connection.operatorService.addSearchAttributes({ namespace: 'default', searchAttributes });
    database = await createTestDatabase();
    const adapters = familyBuyingAt(openHouse({ call: 'direct' }), { scenes: () => 2 });
    orchestra = await conduct({ adapters, address: environment.address, databaseUrl: database.url, queues: ['avatar', 'media'], quiet: true });
  }, 600_000);
  afterAll(async () => {
    if (!environment) return;
    await orchestra.close();
    await environment.teardown();
    await database.drop();
  });

  /** Submits, waits while the days pass, and returns the job's row and the time between its first and last event in Temporal. */
  async function runOver(change: Parameters<typeof outputSnapshot>[0]): Promise<{ row: Record<string, unknown>; took_ms: number; jobId: string } | null> {
    if (!environment) return null;
    const snapshot = outputSnapshot({ require_approval: ['storyboard'], approval_deadline_ms: THREE_DAYS_MS, ...change });
    const jobId = await orchestra.submit({ workflow: 'avatarOutput', snapshot, plan: outputPlan(snapshot) });
    const handle = environment.client.workflow.getHandle(jobId);
    await handle.result().catch(() => undefined);
    const { events } = await handle.fetchHistory();
    const secondsOf = (index: number): number => Number(events?.at(index)?.eventTime?.seconds ?? 0);
    const { rows } = await orchestra.pool.query('select status, error from jobs where job_id = $1', [jobId]);
    return { row: rows[0], took_ms: (secondsOf(-1) - secondsOf(0)) * 1_000, jobId };
  }

  it('at a gate fails when nobody decided, and says from where to resume', async () => {
    const run = await runOver({ on_deadline: 'fail' });
    if (!run) return;
    expect(run.row).toMatchObject({ status: 'failed', error: { code: 'approval_timeout', resumable_from: 'storyboard' } });
    expect(run.took_ms).toBeGreaterThanOrEqual(THREE_DAYS_MS);
  });

  it('at a gate is approved by silence where the job says so, and the film is made', async () => {
    const run = await runOver({ on_deadline: 'approve' });
    if (!run) return;
    expect(run.row).toMatchObject({ status: 'completed', error: null });
    expect(run.took_ms).toBeGreaterThanOrEqual(THREE_DAYS_MS);
    const { rows } = await orchestra.pool.query('select gate, decision, decided_by, fate from decisions where job_id = $1', [run.jobId]);
    expect(rows).toEqual([{ gate: 'storyboard', decision: 'approved', decided_by: 'deadline', fate: 'applied' }]);
  });

  it('for money ends exactly where it stood when the cap is raised', async () => {
    if (!environment) return;
    const { money } = orchestra.deps;
    money.job_cap_micro_usd = 150_000;
    const snapshot = outputSnapshot();
    const jobId = await orchestra.submit({ workflow: 'avatarOutput', snapshot, plan: outputPlan(snapshot) });
    const speech = async () => (await orchestra.pool.query(`select scene, status, finished_at from steps where job_id = $1 and stage = 'speech' order by scene`, [jobId])).rows;
    await eventually('one scene is made and the other waits for money', async () => (await speech()).map(({ status }) => status).sort().join() === 'completed,pending');
    const made = (await speech()).find(({ status }) => status === 'completed');
    await environment.sleep(THREE_DAYS_MS);
    money.job_cap_micro_usd = null;
    const handle = environment.client.workflow.getHandle(jobId);
    await handle.signal('unpark');
    await handle.result();
    const { rows } = await orchestra.pool.query('select status, spent_micro_usd from jobs where job_id = $1', [jobId]);
    expect(rows[0]).toEqual({ status: 'completed', spent_micro_usd: 200_000 });
    expect((await speech()).find(({ scene }) => scene === made?.scene)).toEqual(made);
  });
});
