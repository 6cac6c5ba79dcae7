import { Client, Connection } from '@temporalio/client';
import { Sweep } from '../../api/sweep';
import { findPort } from '../../dev/process/ports';
import { startTestTemporal, type TestTemporal } from '../setup/temporal';
import { eventually } from '../support/eventually';
import { clientOf } from './support/client';
import { creation, makeAvatar, newKey, output } from './support/data';
import { startApi, type TestApi } from './support/start-api';

let port: number;
let api: TestApi;
let temporal: TestTemporal | null = null;
const { post } = clientOf(() => api);

beforeAll(async () => {
  port = await findPort(0);
  api = await startApi({ TEMPORAL_ADDRESS: `127.0.0.1:${port}` });
});
afterAll(async () => {
  await api.stop();
  await temporal?.stop();
});

/** One client of the server, whose address is known before it is there. */
async function withClient<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address: `127.0.0.1:${port}` });
  try {
    return await work(new Client({ connection }));
  } finally {
    await connection.close();
  }
}

/** True when the workflow is there. */
const isStarted = (jobId: string) =>
  withClient((client) => client.workflow.getHandle(jobId).describe()).then(
    () => true,
    () => false,
  );

/** A decision is signalled again only after a grace time, so this sweep looks at the clock of tomorrow. */
const sweepTomorrow = () => new Sweep({ ...api.deps, now: () => new Date(Date.now() + 86_400_000) });

describe('jobs accepted while Temporal is away', () => {
  const accepted: string[] = [];
  let avatar: string;

  it('are accepted all the same, and nothing hangs', async () => {
    avatar = await makeAvatar(api);
    for (let index = 0; index < 20; index++) accepted.push((await post('/v1/jobs', await creation(api))).body.job_id);
    const { body } = await post('/v1/jobs', output(avatar, { priority: 1, require_approval: ['script'] }));
    accepted.push(body.job_id);
    expect(await post(`/v1/jobs/${accepted[0]}/cancel`)).toMatchObject({ status: 202, body: { status: 'cancelling' } });
    await sweepTomorrow().once();
  });

  it('are started when it is back, each once, under their own ids', async () => {
    temporal = await startTestTemporal({ port });
    await eventually('all jobs are started', async () => {
      await sweepTomorrow().once();
      return (await Promise.all(accepted.map(isStarted))).every(Boolean);
    });
    await withClient(async (client) => {
      const described = await client.workflow.getHandle(accepted.at(-1) ?? '').describe();
      expect(described).toMatchObject({ type: 'avatarOutput', taskQueue: 'avatar', status: { name: 'RUNNING' } });
      const attributes = Object.fromEntries(described.typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]));
      expect(attributes).toMatchObject({ AvatarJobType: 'avatar_output', AvatarTenant: 'demo', AvatarRoute: 'approval_gated', AvatarStage: 'payload', AvatarId: avatar });
      expect(described.priority).toMatchObject({ priorityKey: 1, fairnessKey: 'demo' });
    });
  });

  it('that were cancelled before their start are started and cancelled', async () => {
    await withClient(async (client) => {
      const history = await client.workflow.getHandle(accepted[0] ?? '').fetchHistory();
      expect(history.events?.some((event) => event.workflowExecutionCancelRequestedEventAttributes)).toBe(true);
    });
  });
});

describe('with Temporal there', () => {
  it('a job is started at once, without a sweep', async () => {
    // The launcher left Temporal alone for a second after the last failed start.
    const submitted: string[] = [];
    const started = await eventually('a submitted job is started', async () => {
      submitted.push((await post('/v1/jobs', await creation(api))).body.job_id);
      return (await Promise.all(submitted.map(isStarted))).some(Boolean);
    });
    expect(started).toBe(true);
  });

  it('a decision is signalled to the waiting workflow', async () => {
    const { body: job } = await post('/v1/jobs', output(await makeAvatar(api), { require_approval: ['script'] }));
    await eventually('the job is started', async () => {
      await sweepTomorrow().once();
      return isStarted(job.job_id);
    });
    await api.deps.pool.query("insert into gates (job_id, gate, revision, opened_at) values ($1, 'script', 1, now())", [job.job_id]);
    const sent = { gate: 'script', idempotency_key: newKey(), decision: 'approved', revision: 1, decided_by: 'r', edits: { script: 'Mine.' } };
    const { body } = await post(`/v1/jobs/${job.job_id}/approvals`, sent);
    const signal = await eventually('the workflow has the signal', () =>
      withClient(async (client) => {
        const { events } = await client.workflow.getHandle(job.job_id).fetchHistory();
        return events?.find((event) => event.workflowExecutionSignaledEventAttributes)?.workflowExecutionSignaledEventAttributes;
      }),
    );
    expect(signal.signalName).toBe('decide');
    const payload: unknown = JSON.parse(Buffer.from(signal.input?.payloads?.[0]?.data ?? []).toString());
    // That there are edits, not what they say: words stay out of the history.
    expect(payload).toEqual({ decision_id: body.decision_id, gate: 'script', decision: 'approved', revision: 1, scenes: null, decided_by: 'r', edits: true });
  });
});
