import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Pool } from 'pg';
import { newId } from '../../contracts/ids';
import { projectRoot } from '../../contracts/project-root';
import { saveWaitingForBudget } from '../../db/budget';
import { saveAwaiting } from '../../db/gates';
import { endJob } from '../../db/job-state';
import { createPool } from '../../db/pool';
import { recordStep } from '../../db/record-step';
import { finishStep, startStep, type FinishedStep, type OpenedStep } from '../../db/steps';
import { createTestDatabase } from '../setup/database';

let pool: Pool;
let drop: () => Promise<void>;

beforeAll(async () => {
  const database = await createTestDatabase();
  pool = createPool(database.url, 2);
  drop = database.drop;
});
afterAll(async () => {
  await pool.end();
  await drop();
});

const CLOCK = new Date('2026-01-01T00:00:00.000Z');
/** What a process whose clock is ahead has stored before. */
const AHEAD = new Date('2026-01-01T00:00:05.000Z');
const LATER = new Date('2026-01-01T00:00:10.000Z');

const id = (): string => newId('event', CLOCK);

async function makeJob(): Promise<string> {
  const job_id = newId('job', CLOCK);
  await pool.query(
    `insert into jobs (job_id, tenant, job_type, contract, idempotency_key, fingerprint, route, snapshot, snapshot_sha256, plan, created_at, last_sequence, last_event_at)
     values ($1, 'demo', 'avatar_output', 'v3', $1, '', 'test', '{}', '', '{}', $2, 1, $3)`,
    [job_id, CLOCK, AHEAD],
  );
  return job_id;
}

const at = (job_id: string) => ({ job_id, stage: 'payload', scene: null, generation: 1, scenes: null }) as const;

function opened(job_id: string, now: Date): OpenedStep {
  return { ...at(job_id), revision: 1, input_digest: 'in', execution_key: 'key', provider_family: null, model: null, now, percent: 0, event_ids: [id(), id()], progress: {} };
}

function finished(job_id: string, now: Date): FinishedStep {
  return { ...at(job_id), status: 'completed', output: '{}', output_digest: 'out', assets: [], reused_from: null, now, percent: 5, event_id: id(), progress: {} };
}

/** Everything that stores an event after a job's first one. */
const WRITERS: Record<string, (job_id: string, now: Date) => Promise<unknown>> = {
  'a step that begins': (job_id, now) => startStep(pool, opened(job_id, now)),
  'a step that ends': async (job_id, now) => {
    await startStep(pool, opened(job_id, CLOCK));
    await finishStep(pool, finished(job_id, now));
  },
  'a step recorded whole': (job_id, now) => recordStep(pool, { opened: opened(job_id, now), finished: finished(job_id, now) }),
  'a step recorded whole with the end of its job': (job_id, now) =>
    recordStep(pool, { opened: opened(job_id, now), finished: finished(job_id, now), ending: { result: null, data: {}, event_id: id() } }),
  'a gate': (job_id, now) => saveAwaiting(pool, { job_id, awaiting: [{}], announce: true, now, event_id: id() }),
  'a wait for money': (job_id, now) => saveWaitingForBudget(pool, { job_id, event_id: id(), data: {}, now }),
  'the end': (job_id, now) => endJob(pool, { job_id, status: 'failed', result: null, error: {}, data: {}, now, event_id: id() }),
};

/** Time of the newest event, and what the job's row says of it. */
async function newest(job_id: string): Promise<{ timestamp: Date; last_event_at: Date; sequence: number; last_sequence: number }> {
  const { rows } = await pool.query(
    'select timestamp, last_event_at, sequence, last_sequence from events join jobs using (job_id) where job_id = $1 order by sequence desc limit 1',
    [job_id],
  );
  return rows[0];
}

describe.each(Object.keys(WRITERS))('the event of %s', (name) => {
  it('is not older than the one before, whoever stored that', async () => {
    const job = await makeJob();
    await WRITERS[name]?.(job, CLOCK);
    const event = await newest(job);
    expect(event).toMatchObject({ timestamp: AHEAD, last_event_at: AHEAD });
    expect(event.sequence).toBe(event.last_sequence);
  });

  it('has its own time where that is later', async () => {
    const job = await makeJob();
    await WRITERS[name]?.(job, LATER);
    expect(await newest(job)).toMatchObject({ timestamp: LATER, last_event_at: LATER });
  });
});

describe('a step that ends', () => {
  it('a second time, or after its job, writes nothing and says so', async () => {
    const twice = await makeJob();
    await startStep(pool, opened(twice, CLOCK));
    expect([await finishStep(pool, finished(twice, LATER)), await finishStep(pool, finished(twice, LATER))]).toEqual([true, false]);
    const over = await makeJob();
    await startStep(pool, opened(over, CLOCK));
    await endJob(pool, { job_id: over, status: 'failed', result: null, error: {}, data: {}, now: LATER, event_id: id() });
    const before = await newest(over);
    expect(await finishStep(pool, finished(over, LATER))).toBe(false);
    expect(await newest(over)).toEqual(before);
    expect((await pool.query('select status from steps where job_id = $1', [over])).rows).toEqual([{ status: 'cancelled' }]);
  });
});

it('whatever raises a sequence keeps the time beside it', () => {
  const folder = path.join(projectRoot(), 'db');
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.ts'))) {
    const text = readFileSync(path.join(folder, name), 'utf8');
    const count = (what: RegExp): number => text.match(what)?.length ?? 0;
    expect([name, count(/last_event_at = /g)]).toEqual([name, count(/last_sequence = /g)]);
  }
});

it('what tells nobody anything leaves the time of the last event alone', async () => {
  const job = await makeJob();
  await saveAwaiting(pool, { job_id: job, awaiting: [], announce: false, now: LATER, event_id: id() });
  const { rows } = await pool.query('select last_sequence, last_event_at from jobs where job_id = $1', [job]);
  expect(rows).toEqual([{ last_sequence: 1, last_event_at: AHEAD }]);
});
