import type { Pool } from 'pg';
import { isDatabaseGone } from '../../db/faults';
import { createPool, inTransaction } from '../../db/pool';
import { createTestDatabase } from '../setup/database';

describe('a transaction whose connection is lost', () => {
  let pool: Pool;
  let drop: () => Promise<void>;

  beforeAll(async () => {
    const database = await createTestDatabase();
    drop = database.drop;
    pool = createPool(database.url, 2);
    await pool.query('create table kept (words text)');
  });
  afterAll(async () => {
    await pool.end();
    await drop();
  });

  const endConnection = (pid: number) => pool.query('select pg_terminate_backend($1)', [pid]);

  it.each(['between two statements', 'during a statement'])('%s fails as a database that is gone, and the process goes on', async (moment) => {
    const losing = inTransaction(pool, async (db) => {
      await db.query("insert into kept values ('lost')");
      const { rows } = await db.query<{ pid: number }>('select pg_backend_pid() as pid');
      if (moment === 'during a statement') await Promise.all([db.query('select pg_sleep(60)'), endConnection(rows[0]!.pid)]);
      await endConnection(rows[0]!.pid);
      // The end of the connection is heard before anything is asked of it again.
      await new Promise((resolve) => setTimeout(resolve, 100));
      await db.query("insert into kept values ('lost as well')");
    });
    const error: unknown = await losing.then(() => null, (reason: unknown) => reason);
    expect(isDatabaseGone(error)).toBe(true);
    expect((await pool.query('select from kept')).rowCount).toBe(0);
    await inTransaction(pool, (db) => db.query('select 1'));
  });
});
