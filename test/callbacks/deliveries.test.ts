import { ENDED_STATUSES } from '../../contracts/vocabulary';
import { output } from '../api/support/data';
import { startCompany, type Company } from '../support/company';
import { eventually } from '../support/eventually';
import { CALLBACK_SECRET } from '../support/orchestra';
import { startReceiver, type Behaviour, type Received, type Receiver } from '../support/receiver';
import { createTrivialFamily } from '../support/trivial-family';

/** Ten attempts that are over in a second. */
const DELAYS_MS = [0, 20, 20, 40, 40, 60, 60, 80, 80, 100];

/** During a rotation both sign: the receiver of these tests still knows the old one only. */
const NEW_SECRET = 'whsec_bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3';

describe('callbacks', () => {
  let company: Company;
  let receiver: Receiver;
  let avatar: string;
  let paths = 0;

  beforeAll(async () => {
    const adapters = createTrivialFamily({ scenes: () => 2, onCall: () => undefined });
    company = await startCompany(adapters, {
      queues: ['avatar', 'media', 'provider', 'callbacks', 'maintenance'],
      callbacks: { allowHosts: ['127.0.0.1'], secrets: { DEFAULT: [NEW_SECRET, CALLBACK_SECRET] }, retry_delays_ms: DELAYS_MS, timeout_ms: 2_000, host_slots: 50 },
      environment: { CALLBACK_ALLOW_HOSTS: '127.0.0.1' },
    });
    receiver = await startReceiver();
    avatar = await company.avatar();
  });
  afterAll(async () => {
    await company.close();
    await receiver.close();
  });
  afterEach(() => {
    expect(receiver.refused).toBe(0);
  });

  /** Submits a job whose callbacks go to a path of its own. */
  async function submit(behave: Behaviour = () => undefined, url = receiver.url): Promise<{ job: string; path: string; requests(): Received[] }> {
    const path = `/hooks/${(paths += 1)}`;
    const others = receiver.behave;
    receiver.behave = (received, wire) => (received.path === path ? behave(received, wire) : others(received, wire));
    const job = await company.submit(output(avatar, { callback: { url: `${url}${path}` }, correlation: { order: path } }));
    return { job, path, requests: () => receiver.received.filter((received) => received.path === path) };
  }

  async function outbox(job: string): Promise<{ event_id: string; sequence: number; delivery: string; type: string }[]> {
    return (await company.api.deps.pool.query('select event_id, sequence, delivery, type from events where job_id = $1 order by sequence', [job])).rows;
  }

  /** The outbox once the job has ended and no event is left to deliver. */
  function settled(job: string) {
    return eventually('everything is delivered or given up', async () => {
      const { status } = await company.job(job);
      const events = await outbox(job);
      return ENDED_STATUSES.some((ended) => ended === status) && events.every(({ delivery }) => delivery !== 'pending') && events;
    });
  }

  async function deliveries(job: string, query = '') {
    return (await company.http.get(`/v1/deliveries?job_id=${job}&limit=100${query}`)).body.deliveries;
  }

  const timesOf = (requests: Received[]): number[] => requests.map(({ event }) => Date.parse(event.timestamp));
  const percentsOf = (requests: Received[]): number[] => requests.flatMap(({ event }) => (typeof event.data['percent'] === 'number' ? [event.data['percent']] : []));
  const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);

  it('carry every event of a job once, in order, signed, as the event log shows it', async () => {
    const { job, path, requests } = await submit();
    const events = await settled(job);
    expect(events.map(({ delivery }) => delivery)).toEqual(events.map(() => 'delivered'));
    expect(requests().map(({ event }) => event.sequence)).toEqual(upTo(events.length));
    expect(requests().map(({ headers }) => headers['webhook-id'])).toEqual(events.map(({ event_id }) => event_id));
    const { body: log } = await company.http.get(`/v1/jobs/${job}/events?limit=100`);
    const stripped = (value: unknown) => JSON.parse(JSON.stringify(value), (name, member) => (name === 'url' || name === 'url_expires_at' ? undefined : member));
    expect(stripped(requests().map(({ event }) => event))).toEqual(stripped(log.events));
    expect(requests()[0]?.event).toMatchObject({ type: 'job.accepted', job_id: job, job_type: 'avatar_output' });
    for (const { event } of requests()) expect(event.correlation).toEqual({ order: path });
    for (const told of [timesOf(requests()), percentsOf(requests())]) expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(await deliveries(job, '&status=delivered')).toHaveLength(events.length);
  });

  it('verify for a receiver that has gone over to the new secret, while the old one still holds for others', async () => {
    const fresh = await startReceiver(NEW_SECRET);
    const job = await company.submit(output(avatar, { callback: { url: `${fresh.url}/fresh` } }));
    const events = await settled(job);
    expect(fresh.accepted('/fresh')).toEqual(upTo(events.length));
    expect(fresh.refused).toBe(0);
    await fresh.close();
  });

  it('end with signed links and the digest of the manifest', async () => {
    const { job, requests } = await submit();
    await settled(job);
    const last = requests().at(-1)?.event;
    expect(last).toMatchObject({ type: 'job.completed', data: { manifest_sha256: expect.stringMatching(/^[0-9a-f]{64}$/) } });
    expect(last?.data['result']).toMatchObject({
      video: { url: expect.stringMatching(/^http:.*signature=/), url_expires_at: expect.any(String) },
      manifest: { sha256: last?.data['manifest_sha256'] },
    });
  });

  it('end their workflow with the job', async () => {
    const { job } = await submit();
    await settled(job);
    const handle = company.orchestra.handle(`${job}/callbacks`);
    await eventually('the delivery workflow has ended', async () => (await handle.describe()).status.name === 'COMPLETED');
  });

  it('arrive at a receiver that fails, redirects, resets or hangs at every other request', async () => {
    const faults: Behaviour[] = [
      (_, { response }) => void response.writeHead(500).end(),
      (_, { response }) => void response.writeHead(307, { location: '/elsewhere' }).end(),
      (_, { request }) => void request.socket.resetAndDestroy(),
      (_, { request }) => void request.socket.destroy(),
      () => new Promise(() => undefined),
    ];
    let requested = 0;
    const { job, path, requests } = await submit((received, wire) => {
      requested += 1;
      return requested % 2 === 0 ? faults[(requested / 2) % faults.length]?.(received, wire) : undefined;
    });
    const events = await settled(job);
    expect(events.every(({ delivery }) => delivery === 'delivered')).toBe(true);
    expect(receiver.accepted(path)).toEqual(upTo(events.length));
    // In order: nothing overtakes an event that is tried again.
    const sequences = requests().map(({ event }) => event.sequence);
    expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
    expect(receiver.received.some((received) => received.path === '/elsewhere')).toBe(false);
    const kept = await deliveries(job, '&status=failed');
    expect(kept.length).toBe(requests().length - events.length);
    expect(new Set(kept.map((delivery: { error: string }) => delivery.error))).toEqual(new Set(['status_not_2xx', 'redirected', 'connection_reset', 'timeout']));
    expect(JSON.stringify(kept)).not.toContain('/hooks');
  });

  it('stop at 410: nothing more of that job is sent, and an operator can start it again', async () => {
    const { job, requests } = await submit(({ event }, { response }) => void response.writeHead(event.sequence === 2 && !reopened ? 410 : 200).end());
    let reopened = false;
    const events = await settled(job);
    expect(requests().map(({ event }) => event.sequence)).toEqual([1, 2]);
    expect(events.map(({ delivery }) => delivery)).toEqual(['delivered', ...events.slice(1).map(() => 'dead')]);
    expect(await deliveries(job, '&status=dead')).toHaveLength(events.length - 1);
    reopened = true;
    await company.http.post(`/v1/events/${events[4]?.event_id}/redeliver`, undefined, { role: 'operator' });
    await eventually('the event arrives', async () => requests().at(-1)?.event.sequence === 5);
    expect(requests()).toHaveLength(3);
  });

  it('wait as long as Retry-After asks', async () => {
    let refusals = 0;
    const { job, requests } = await submit((_, { response }) => void (refusals++ === 0 ? response.writeHead(429, { 'retry-after': '2' }).end() : response.end()));
    await settled(job);
    const [first, second] = requests();
    expect(second?.event.sequence).toBe(first?.event.sequence);
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(1_990);
  });

  it('are given up after ten attempts, after which the next event goes out; redelivery brings them again', async () => {
    let broken = true;
    const { job, requests } = await submit(({ event }, { response }) => void response.writeHead(broken && event.sequence === 3 ? 503 : 200).end());
    const events = await settled(job);
    expect(requests().filter(({ event }) => event.sequence === 3)).toHaveLength(DELAYS_MS.length);
    expect(events.filter(({ delivery }) => delivery === 'dead').map(({ sequence }) => sequence)).toEqual([3]);
    expect(receiver.accepted(requests()[0]?.path ?? '')).toEqual(upTo(events.length).filter((sequence) => sequence !== 3));
    const [dead] = await deliveries(job, '&status=dead');
    expect(dead).toMatchObject({ event_id: events[2]?.event_id, attempt: 10, http_status: 503, next_at: null });
    broken = false;
    const answer = await company.http.post(`/v1/events/${dead.event_id}/redeliver`, undefined, { role: 'operator' });
    expect(answer).toMatchObject({ status: 202, body: { event_id: dead.event_id, attempt: 11, status: 'pending' } });
    await eventually('the event is delivered', async () => (await outbox(job))[2]?.delivery === 'delivered');
    expect(requests().at(-1)?.headers['webhook-id']).toBe(dead.event_id);
    expect((await deliveries(job))[0]).toMatchObject({ delivery_id: answer.body.delivery_id, status: 'delivered', http_status: 200 });
  });

  it('that an operator asks for do not wait for the time of the next attempt', async () => {
    let away = true;
    const { job, path, requests } = await submit(({ event }, { response }) => void (away && event.sequence === 2 ? response.writeHead(503, { 'retry-after': '36000' }).end() : response.end()));
    await eventually('the second event waits for ten hours', async () => (await deliveries(job, '&status=failed')).length === 1);
    const [first, second] = await outbox(job);
    const redeliver = (event?: { event_id: string }) => company.http.post(`/v1/events/${event?.event_id}/redeliver`, undefined, { role: 'operator' });
    await redeliver(first);
    await eventually('the first event comes again', async () => requests().filter(({ event }) => event.sequence === 1).length === 2);
    expect(requests().filter(({ event }) => event.sequence === 2)).toHaveLength(1);
    away = false;
    // Without a worker none of the two can be under way before the other is asked for.
    await company.orchestra.stopWorkers();
    const answers = await Promise.all([redeliver(second), redeliver(second)]);
    await company.orchestra.startWorkers();
    expect(new Set(answers.map(({ body }) => body.delivery_id)).size).toBe(1);
    const events = await settled(job);
    expect(receiver.accepted(path)).toEqual(upTo(events.length));
  });

  it('of a job whose receiver hangs keep no other job waiting', async () => {
    const hanging = new Set<() => void>();
    const slow = await submit((_, { response }) => new Promise((resolve) => hanging.add(() => resolve(void response.end()))));
    await eventually('a request hangs', async () => hanging.size > 0);
    const { job } = await submit();
    await settled(job);
    expect((await outbox(slow.job)).filter(({ delivery }) => delivery === 'delivered')).toEqual([]);
    receiver.behave = () => undefined;
    for (const release of hanging) release();
    await settled(slow.job);
  });

  it('to an address that stopped being allowed reach nobody', async () => {
    const { job } = await submit();
    await company.api.deps.pool.query(`update jobs set callback = callback || '{"url": "https://localhost/hook"}' where job_id = $1`, [job]);
    await eventually('an attempt is refused', async () => (await deliveries(job)).some((delivery: { error: string }) => delivery.error === 'address_refused'));
  });

  it('that nobody was told about are found by the sweep', async () => {
    const { job, requests } = await submit();
    const events = await settled(job);
    const handle = company.orchestra.handle(`${job}/callbacks`);
    await eventually('the delivery workflow has ended', async () => (await handle.describe()).status.name === 'COMPLETED');
    let runs = 0;
    const sweep = (dry_run: boolean) =>
      company.orchestra.client.workflow.execute('sweepCallbacks', { taskQueue: 'maintenance', workflowId: `sweep-${(runs += 1)}`, args: [{ dry_run, older_than_ms: -60_000 }] });
    // A poke of the job's own may still be under way and deliver the event first; then it is put back once more.
    await eventually('a dry run finds it and sends nothing', async () => {
      const before = requests().length;
      await company.api.deps.pool.query(`update events set delivery = 'pending' where event_id = $1`, [events[1]?.event_id]);
      const { poked } = await sweep(true);
      return poked.includes(job) && requests().length === before;
    });
    expect((await sweep(false)).poked).toContain(job);
    await settled(job);
    expect(requests().at(-1)?.event.sequence).toBe(2);
  });

  it('go on where they were when a worker is stopped while it sends', async () => {
    let hung = 0;
    const { job, path } = await submit(({ event }) => (event.sequence === 3 && hung++ === 0 ? new Promise(() => undefined) : undefined));
    await eventually('a request is under way', async () => hung === 1);
    await company.orchestra.stopWorkers();
    await company.orchestra.startWorkers();
    const events = await settled(job);
    expect(receiver.accepted(path)).toEqual(upTo(events.length));
    const attempts = (await deliveries(job)).filter((delivery: { event_id: string }) => delivery.event_id === events[2]?.event_id);
    expect(attempts.map(({ attempt, status, error }: Record<string, unknown>) => [attempt, status, error])).toEqual([
      [2, 'delivered', null],
      [1, 'failed', 'interrupted'],
    ]);
  });
});
