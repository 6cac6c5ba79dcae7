import { Pool, types, type PoolClient } from 'pg';
import { MarkedClient } from './marked-client';

const BIGINT = 20;

/** Anything that runs a statement: the pool, or one client inside a transaction. */
export type Db = Pick<PoolClient, 'query'>;

/** A pool whose bigints (money, byte counts) come back as numbers; all of them stay far below 2^53. */
export function createPool(connectionString: string, size = 10): Pool {
  const pool = new Pool({
    connectionString,
    Client: MarkedClient,
    max: size,
    connectionTimeoutMillis: 5_000,
    // A connection costs more than most of our statements, so it is kept while nobody needs it.
    idleTimeoutMillis: 0,
    // What lies between may forget a connection that is silent for minutes.
    keepAlive: true,
    keepAliveInitialDelayMillis: 30_000,
    types: { getTypeParser: (id, format) => (id === BIGINT ? Number : types.getTypeParser(id, format)) },
  });
  // An idle connection that the server ends (a restart) is replaced at the next query; it is no reason to end the process.
  pool.on('error', () => undefined);
  return pool;
}

/** Runs `work` in one transaction: all of it is kept, or nothing when it throws. */
export async function inTransaction<T>(pool: Pool, work: (db: Db) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  // While it is out, the pool does not listen: unheard, the loss of the connection would end the process.
  client.on('error', ignore);
  const release = (lost: boolean): void => {
    client.off('error', ignore);
    client.release(lost);
  };
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    release(false);
    return result;
  } catch (error) {
    const lost = await client.query('rollback').then(
      () => false,
      () => true,
    );
    release(lost);
    throw error;
  }
}

/** The query that is under way, or the next one, fails with it and says so. */
function ignore(): void {}
