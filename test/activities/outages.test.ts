import { connect } from 'node:net';
import { once } from 'node:events';
import { ApplicationFailure } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import pino from 'pino';
import type { Deps } from '../../activities/deps';
import { refuse } from '../../activities/refusal';
import { StoreAway } from '../../adapters/storage/asset-store';
import { createPool } from '../../db/pool';
import { createTestDatabase, type TestDatabase } from '../setup/database';

const TASK = { job_id: 'job_1', stage: 'speech', scene: 1, scenes: 1, generation: 1, revision: 1, take: '', needs: {}, remake: null, percent: { before: 0, after: 1 }, final: false } as const;

/** Nobody listens there. */
const CLOSED = '127.0.0.1:1';

describe('an attempt that stopped with a refused connection', () => {
  let database: TestDatabase;
  let pool: Deps['pool'];
  const lines: { away?: string; msg: string }[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) });

  beforeAll(async () => {
    database = await createTestDatabase();
    pool = createPool(database.url, 2);
  });
  beforeEach(() => void lines.splice(0));
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  /** What Temporal is told about the error with which `work` fails, at an attempt that is the last one of work that fails. */
  async function told(work: () => Promise<unknown>): Promise<ApplicationFailure> {
    const error = await work().then(() => null, (reason: unknown) => reason);
    // Of what activities use, a refusal needs these.
    const deps = { pool, log, now: () => new Date() } as unknown as Deps;
    const failure = await new MockActivityEnvironment({ attempt: 5 }).run(() => refuse(deps, { task: { ...TASK, needs: {} }, modelOf: () => null }, error));
    if (!(failure instanceof ApplicationFailure)) throw failure;
    return failure;
  }

  it('to the database waits for it, by its name', async () => {
    const away = createPool(`postgres://nobody@${CLOSED}/nothing`, 1);
    const failure = await told(() => away.query('select 1'));
    expect(failure).toMatchObject({ type: 'temporarily_unavailable', nonRetryable: false, message: 'The database cannot answer now, again in 5 s' });
    expect(lines).toMatchObject([{ away: 'database', job_id: 'job_1', stage: 'speech' }]);
    await away.end();
  });

  it('to the store waits for it, by its name', async () => {
    const failure = await told(async () => Promise.reject(new StoreAway('ECONNREFUSED')));
    expect(failure).toMatchObject({ type: 'temporarily_unavailable', nonRetryable: false, message: 'The asset store cannot answer now, again in 5 s' });
    expect(lines).toMatchObject([{ away: 'asset store', job_id: 'job_1', stage: 'speech' }]);
  });

  it('to anything else is a failure of the stage, and its attempts are counted', async () => {
    const failure = await told(async () => once(connect(1, '127.0.0.1'), 'connect'));
    expect(failure).toMatchObject({ type: 'stage_failed', nonRetryable: true });
    expect(lines).toMatchObject([{ msg: 'a stage stopped' }]);
  });
});
