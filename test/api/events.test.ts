import { lifecycleEvent } from '../../contracts/event.schema';
import { deliveryAnswer } from '../../contracts/answers.schema';
import { newId } from '../../contracts/ids';
import { clientOf } from './support/client';
import { creation } from './support/data';
import { startApi, type TestApi } from './support/start-api';

let api: TestApi;
const { get, post } = clientOf(() => api);

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

async function addEvent(job: string, type: string, ended = false): Promise<void> {
  await api.deps.pool.query(
    `with job as (update jobs set last_sequence = last_sequence + 1, status = case when $4 then 'completed' else status end,
       finished_at = case when $4 then now() else null end where job_id = $2 returning last_sequence)
     insert into events (event_id, job_id, sequence, type, timestamp, data) select $1, $2, last_sequence, $3, now(), '{"percent": 1}' from job`,
    [newId('event', new Date()), job, type, ended],
  );
}

async function newJob(changes = {}): Promise<string> {
  return (await post('/v1/jobs', await creation(api, changes))).body.job_id;
}

/** Reads a stream to its end, as text. */
async function readStream(job: string, headers: Record<string, string> = {}): Promise<string> {
  const response = await fetch(`${api.url}/v1/jobs/${job}/events/stream`, {
    headers: { authorization: `Bearer ${api.token('demo', 'backend')}`, ...headers },
  });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  return response.text();
}

describe('the event log', () => {
  it('is read in pages', async () => {
    const job = await newJob();
    for (let index = 0; index < 4; index++) await addEvent(job, 'job.progress');
    const { body: first } = await get(`/v1/jobs/${job}/events?limit=3`);
    expect(first.events.map((event: { sequence: number }) => event.sequence)).toEqual([1, 2, 3]);
    const { body: second } = await get(`/v1/jobs/${job}/events?after=${first.next_after}`);
    expect(second.events.map((event: { sequence: number }) => event.sequence)).toEqual([4, 5]);
    for (const event of [...first.events, ...second.events]) lifecycleEvent.parse(event);
    expect((await get(`/v1/jobs/${job}/events?after=5`)).body).toEqual({ events: [], next_after: 5 });
  });
});

describe('the stream of events', () => {
  it('sends what is stored, then what comes, and ends after the last event', async () => {
    const job = await newJob();
    const reading = readStream(job);
    await addEvent(job, 'job.progress');
    await addEvent(job, 'job.completed', true);
    const frames = (await reading).trim().split('\n\n').filter((frame) => !frame.startsWith(':'));
    expect(frames.map((frame) => frame.split('\n').slice(0, 2))).toEqual([
      ['id: 1', 'event: job.accepted'],
      ['id: 2', 'event: job.progress'],
      ['id: 3', 'event: job.completed'],
    ]);
    for (const frame of frames) lifecycleEvent.parse(JSON.parse(frame.split('data: ')[1] ?? ''));
  });

  it('goes on behind Last-Event-ID', async () => {
    const job = await newJob();
    await addEvent(job, 'job.progress');
    await addEvent(job, 'job.completed', true);
    expect((await readStream(job, { 'last-event-id': '2' })).match(/^id: .*/gm)).toEqual(['id: 3']);
    expect(await readStream(job, { 'last-event-id': '3' })).toBe('');
    expect((await readStream(job, { 'last-event-id': 'nonsense' })).match(/^id: .*/gm)).toHaveLength(3);
  });
});

describe('callback attempts', () => {
  it('are listed by job and status, newest first, and an event can be sent again', async () => {
    const job = await newJob({ callback: { url: 'https://backend.example/hooks' } });
    const { body: log } = await get(`/v1/jobs/${job}/events`);
    const event = log.events[0].id;
    const { status, body } = await post(`/v1/events/${event}/redeliver`, undefined, { role: 'operator' });
    expect(status).toBe(202);
    expect(deliveryAnswer.parse(body)).toMatchObject({ event_id: event, attempt: 1, status: 'pending', url_host: 'backend.example' });
    const { body: list } = await get(`/v1/deliveries?job_id=${job}&status=pending`);
    expect(list).toMatchObject({ deliveries: [{ delivery_id: body.delivery_id }], next_cursor: null });
    expect((await get(`/v1/deliveries?job_id=${job}&status=dead`)).body.deliveries).toEqual([]);
    expect((await get('/v1/deliveries?status=lost')).body.errors[0].pointer).toBe('/query/status');
  });

  it('of a job without a callback do not exist', async () => {
    const job = await newJob();
    const { body: log } = await get(`/v1/jobs/${job}/events`);
    const { body } = await post(`/v1/events/${log.events[0].id}/redeliver`, undefined, { role: 'operator' });
    expect(body.code).toBe('event_not_found');
  });
});
