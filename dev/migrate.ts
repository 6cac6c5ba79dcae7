import { loadConfig } from '../config';
import { migrate } from '../db/migrate';
import { createPool } from '../db/pool';

/** `npm run migrate`: brings the database of DATABASE_URL up to date; API and worker do the same when they start. */
async function main(): Promise<void> {
  const pool = createPool(loadConfig(process.env).DATABASE_URL, 1);
  try {
    const applied = await migrate(pool);
    console.log(
      applied.length === 0 ? 'Nothing to do: the database is up to date.' : `Applied ${applied.join(', ')}.`,
    );
  } finally {
    await pool.end();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
