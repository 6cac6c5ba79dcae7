import type { Pool } from 'pg';
import { LEASE_MS, whileHeld, type Holder } from '../../activities/operations/take-place';
import { newId } from '../../contracts/ids';
import { createPool, inTransaction } from '../../db/pool';
import { takeTurn, type Turn } from '../../db/provider-slots';
import { createTestDatabase } from '../setup/database';
import { eventually } from '../support/eventually';

const LIMITS = { max_in_flight: 5, requests_per_minute: 60_000 };

describe('places at a provider', () => {
  let pool: Pool;
  let drop: () => Promise<void>;
  let holder: Holder;

  beforeAll(async () => {
    const database = await createTestDatabase();
    drop = database.drop;
    pool = createPool(database.url, 4);
    holder = { deps: { pool, money: { limitsOf: () => LIMITS }, now: () => new Date() }, job: { tenant: 'demo' } };
  });
  afterAll(async () => {
    await pool.end();
    await drop();
  });

  /** An operation that is being sent. */
  async function sending(family: string): Promise<{ family: string; operation_key: string }> {
    const jobId = newId('job', new Date());
    await pool.query(
      `insert into jobs (job_id, tenant, job_type, contract, idempotency_key, fingerprint, route, snapshot, snapshot_sha256, plan, created_at)
       values ($1, 'demo', 'avatar_output', 'v3', $1, '', 'test', '{}', '', '{}', now())`,
      [jobId],
    );
    await pool.query(
      `insert into intents (operation_key, wire_key, job_id, tenant, stage, scene, generation, capability, family, execution_key, request, status, created_at, sent_at)
       values ($1, $1, $1, 'demo', 'backgrounds', 1, 1, 'background', $2, '', '{}', 'sending', now(), now())`,
      [jobId, family],
    );
    return { family, operation_key: jobId };
  }

  const turn = (place: { family: string; operation_key: string }, more: { tenant?: string; now?: Date; requests_per_minute?: number } = {}): Promise<Turn> =>
    inTransaction(pool, (db) => takeTurn(db, { tenant: 'demo', ...LIMITS, lease_ms: LEASE_MS, wait_ms: 7_000, now: new Date(), ...place, ...more }));

  async function leaseOf(operationKey: string): Promise<Date | null> {
    const { rows } = await pool.query<{ lease_until: Date }>('select lease_until from provider_slots where operation_key = $1', [operationKey]);
    return rows[0]?.lease_until ?? null;
  }

  it('are kept while a call lasts, however long', async () => {
    const intent = await sending('slow');
    expect(await turn(intent)).toBe('taken');
    await pool.query(`update provider_slots set lease_until = now() + interval '1 second' where operation_key = $1`, [intent.operation_key]);
    const longer = (): Promise<unknown> => eventually('the lease is renewed', async () => ((await leaseOf(intent.operation_key))?.getTime() ?? 0) > Date.now() + LEASE_MS / 2);
    expect(await whileHeld(holder, intent, () => longer().then(() => 'made'), 20)).toBe('made');
    const after = await leaseOf(intent.operation_key);
    await expect(whileHeld(holder, intent, () => Promise.reject(new Error('refused')), 60_000)).rejects.toThrow('refused');
    expect(await leaseOf(intent.operation_key)).toEqual(after);
  });

  it('are not taken back by a renewal once the operation has ended', async () => {
    const intent = await sending('ended');
    expect(await turn(intent)).toBe('taken');
    let renewals = 0;
    const counted: Holder = { ...holder, deps: { ...holder.deps, now: () => new Date(Date.now() + (renewals += 1)) } };
    await whileHeld(counted, intent, async () => {
      await pool.query(`update intents set status = 'failed' where operation_key = $1`, [intent.operation_key]);
      await pool.query('delete from provider_slots where operation_key = $1', [intent.operation_key]);
      const before = renewals;
      await eventually('it was to be renewed', () => Promise.resolve(renewals > before + 1));
    }, 20);
    expect(await leaseOf(intent.operation_key)).toBeNull();
  });

  it('are kept in a queue under a rate too: the tenant with fewer jobs under way is next', async () => {
    const family = 'paced';
    const start = new Date();
    const later = new Date(start.getTime() + 6_500);
    const ask = (operation_key: string, tenant: string, now: Date): Promise<Turn> => turn({ family, operation_key }, { tenant, now, requests_per_minute: 10 });
    expect(await ask('first', 'demo', start)).toBe('taken');
    expect([await ask('second', 'demo', start), await ask('theirs', 'other', start)]).toEqual(['rate', 'rate']);
    expect([await ask('second', 'demo', later), await ask('theirs', 'other', later)]).toEqual(['full', 'taken']);
  });
});
