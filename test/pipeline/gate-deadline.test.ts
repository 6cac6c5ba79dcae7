import { TestWorkflowEnvironment } from '@temporalio/testing';
import { SEARCH_ATTRIBUTES } from '../../dev/temporal-server';
import { ensureTimeSkippingServer } from '../../dev/tools/time-skipping-server';
import { createTestDatabase, type TestDatabase } from '../setup/database';
import { conduct, quieten, type Orchestra } from '../support/orchestra';
import { outputPlan } from '../support/plans';
import { outputSnapshot } from '../support/snapshots';
import { createTrivialFamily } from '../support/trivial-family';

const THREE_DAYS_MS = 3 * 86_400_000;
const KEYWORD = 2;

/** On the test server of the SDKs, whose clock jumps to the next timer while nothing runs and somebody waits for the result. */
describe('a gate with a deadline of three days', () => {
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
    const adapters = createTrivialFamily({ scenes: () => 2, onCall: () => undefined });
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

  it('fails when nobody decided, and says from where to resume', async () => {
    const run = await runOver({ on_deadline: 'fail' });
    if (!run) return;
    expect(run.row).toMatchObject({ status: 'failed', error: { code: 'approval_timeout', resumable_from: 'storyboard' } });
    expect(run.took_ms).toBeGreaterThanOrEqual(THREE_DAYS_MS);
  });

  it('is approved by silence where the job says so, and the film is made', async () => {
    const run = await runOver({ on_deadline: 'approve' });
    if (!run) return;
    expect(run.row).toMatchObject({ status: 'completed', error: null });
    expect(run.took_ms).toBeGreaterThanOrEqual(THREE_DAYS_MS);
    const { rows } = await orchestra.pool.query('select gate, decision, decided_by, fate from decisions where job_id = $1', [run.jobId]);
    expect(rows).toEqual([{ gate: 'storyboard', decision: 'approved', decided_by: 'deadline', fate: 'applied' }]);
  });
});
