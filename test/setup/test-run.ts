import type { RunningPostgres } from '../../dev/postgres';

/** What global setup hands to global teardown through `globalThis`: Jest offers no other way between the two. */
export interface TestRun {
  postgres: RunningPostgres;
  folder: string;
}

/** A variable that global setup exports; says how to get it where it is missing. */
export function exported(name: 'TEST_POSTGRES_URL' | 'FFMPEG_PATH' | 'TEMPORAL_CLI_PATH'): string {
  const value = process.env[name];
  if (value) return value;
  throw new Error(`${name} is not set: run the tests through Jest, whose global setup provides it.`);
}
