import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { Config } from 'jest';
import { createEphemeralFolder, sweepEphemeralFolders } from '../../dev/ephemeral';
import { startPostgres } from '../../dev/postgres';
import { ensureTool } from '../../dev/tools/ensure-tool';
import { cachedVersitygw, ensureVersitygw } from '../../dev/tools/versitygw';
import type { TestRun } from './test-run';

/** Tools and one Postgres for the whole run; each test file makes its own database in it, see database.ts. */
export default async function setUp(
  config: Config & { testPathPatterns?: { patterns: string[] } },
): Promise<void> {
  const print = (line: string) => process.stderr.write(`${line}\n`);
  await sweepEphemeralFolders();
  process.env['FFMPEG_PATH'] = await ensureTool('ffmpeg', { print: quietly(print) });
  process.env['TEMPORAL_CLI_PATH'] = await ensureTool('temporal', { print: quietly(print) });
  const wholeRun = (config.testPathPatterns?.patterns.length ?? 0) === 0;
  if (wholeRun && !existsSync(cachedVersitygw())) await ensureVersitygw(print);
  const folder = await createEphemeralFolder();
  const password = randomBytes(18).toString('hex');
  const postgres = await startPostgres({ stateDir: folder, port: 0, password, print, durable: false });
  process.env['TEST_POSTGRES_URL'] = postgres.url;
  const run: TestRun = { postgres, folder };
  Object.assign(globalThis, { understudyTestRun: run });
}

/** A tool that is simply there needs no line in front of every test run. */
function quietly(print: (line: string) => void): (line: string) => void {
  return (line) => (/\((FFMPEG_PATH|TEMPORAL_CLI_PATH|PATH|cache)\)$/.test(line) ? undefined : print(line));
}
