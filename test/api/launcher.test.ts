import { Client, Connection } from '@temporalio/client';
import { Sweep } from '../../api/sweep';
import { newId } from '../../contracts/ids';
import { saveDecision } from '../../db/decisions';
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

/** A decision is signalled again only after a grace time, so this sweep looks at a clock that is ahead. */
const sweepIn = (ms: number) => new Sweep({ ...api.deps, now: () => new Date(Date.now() + ms) });
const sweepTomorrow = () => sweepIn(86_400_000);

/** How often the workflow was told of a decision. */
const countSignals = (jobId: string) =>
  withClient(async (client) => {
    const { events } = await client.workflow.getHandle(jobId).fetchHistory();
    return (events ?? []).filter((event) => event.workflowExecutionSignaledEventAttributes).length;
  });

async function startedJob(input: object): Promise<string> {
  const { body: job } = await post('/v1/jobs', input);
  await eventually('the job is started', async () => {
    await sweepTomorrow().once();
    return isStarted(job.job_id);
  });
  return job.job_id;
}

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
    const job = await startedJob(output(await makeAvatar(api), { require_approval: ['script'] }));
    await api.deps.pool.query("insert into gates (job_id, gate, revision, opened_at) values ($1, 'script', 1, now())", [job]);
    const sent = { gate: 'script', idempotency_key: newKey(), decision: 'approved', revision: 1, decided_by: 'r', edits: { script: 'Mine.' } };
    const { body } = await post(`/v1/jobs/${job}/approvals`, sent);
    const signal = await eventually('the workflow has the signal', () =>
      withClient(async (client) => {
        const { events } = await client.workflow.getHandle(job).fetchHistory();
        return events?.find((event) => event.workflowExecutionSignaledEventAttributes)?.workflowExecutionSignaledEventAttributes;
      }),
    );
    expect(signal.signalName).toBe('decide');
    const payload: unknown = JSON.parse(Buffer.from(signal.input?.payloads?.[0]?.data ?? []).toString());
    // That there are edits, not what they say: words stay out of the history.
    expect(payload).toEqual({ decision_id: body.decision_id, gate: 'script', decision: 'approved', revision: 1, scenes: null, decided_by: 'r', edits: true });
  });

  it('is told of a decision that it does not settle less and less often', async () => {
    const job = await startedJob(output(await makeAvatar(api), { require_approval: ['script'] }));
    await decideOn(job);
    for (const seconds of [3, 4, 4.5, 6, 10, 11]) await sweepIn(seconds * 1_000).once();
    // After 3 s, 2 s later at the earliest, 4 s after that: the sweeps between found nothing that was due.
    expect(await countSignals(job)).toBe(3);
  });

  it('a decision that cannot be delivered holds up no younger one', async () => {
    const [gone, waiting] = [await startedJob(await creation(api)), await startedJob(await creation(api))];
    const large = await decideOn(gone, { scenes: Array.from({ length: 1_100_000 }, () => 1) });
    await decideOn(waiting);
    await sweepIn(3_000).once();
    expect(await countSignals(waiting)).toBe(1);
    const { rows } = await api.deps.pool.query('select fate, signals from decisions where decision_id = $1', [large]);
    expect([rows, await countSignals(gone)]).toEqual([[{ fate: 'recorded', signals: 1 }], 0]);
  });
});

/** Stored, and never signalled by whoever took it. */
async function decideOn(job_id: string, more: { scenes?: number[] } = {}): Promise<string> {
  const key = newId('decision', new Date());
  await saveDecision(api.deps.pool, {
    decision_id: key, tenant: 'demo', job_id, idempotency_key: key, fingerprint: '', gate: 'script', decision: 'approved', revision: 1,
    scenes: null, note: null, edits: null, decided_by: 'r', now: new Date(), resumed_job_id: null, ...more,
  });
  return key;
}
