import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Pool } from 'pg';
import { projectRoot } from '../contracts/project-root';
import { inTransaction } from './pool';

/** Any constant; the same in every version, so that two processes never migrate at once. */
const ADVISORY_LOCK = 7_236_001;

/** Numbered SQL files of db/migrations in order. They are forward-only: a file that was released is never changed. */
export function migrationFiles(): { name: string; sql: string }[] {
  const folder = path.join(projectRoot(), 'db', 'migrations');
  return readdirSync(folder)
    .filter((name) => /^\d{4}_.+\.sql$/.test(name))
    .sort()
    .map((name) => ({ name, sql: readFileSync(path.join(folder, name), 'utf8') }));
}

/** Applies what is missing under an advisory lock and returns the names of the files it applied. */
export async function migrate(pool: Pool): Promise<string[]> {
  return inTransaction(pool, async (db) => {
    await db.query('select pg_advisory_xact_lock($1)', [ADVISORY_LOCK]);
    await db.query('create table if not exists migrations (name text primary key, applied_at timestamptz not null default now())');
    const { rows } = await db.query<{ name: string }>('select name from migrations');
    const applied = new Set(rows.map((row) => row.name));
    const missing = migrationFiles().filter((file) => !applied.has(file.name));
    for (const file of missing) {
      await db.query(file.sql);
      await db.query('insert into migrations (name) values ($1)', [file.name]);
    }
    return missing.map((file) => file.name);
  });
}
