import { existsSync } from 'node:fs';
import { chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { endProcess } from '../process/end-process';
import type { EndStep } from '../process/end-process';
import { commandLine, identifyProcess } from '../process/identity';
import type { Print } from '../print';
import { lastLines, runCommand } from '../run-command';
import type { PostgresHome } from './home';

export const SUPERUSER = 'understudy';

/** Fast shutdown ends open transactions, immediate shutdown leaves recovery to the next start (pg_ctl, stop modes). */
export const POSTGRES_END: readonly EndStep[] = [
  { signal: 'SIGINT', wait_ms: 2_500 },
  { signal: 'SIGQUIT', wait_ms: 1_000 },
  { signal: 'SIGKILL', wait_ms: 1_000 },
];

/** The same text order on every machine, whatever locales it has; checksums find a damaged page. */
const INIT_FLAGS = [
  '--encoding=UTF8',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--locale=C',
  '--data-checksums',
  '--auth=scram-sha-256',
  `--username=${SUPERUSER}`,
];

/** Makes the cluster when there is none yet; a half-made one, left by a kill, is thrown away and made again. */
export async function initCluster(home: PostgresHome, password: string): Promise<void> {
  if (existsSync(path.join(home.dataDir, 'PG_VERSION'))) return;
  const fresh = `${home.dataDir}.new`;
  const secret = `${home.dataDir}.secret`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true, mode: 0o700 });
  await writeFile(secret, `${password}\n`, { mode: 0o600 });
  try {
    if (home.account !== null) await giveTo(home.account, [fresh, secret]);
    const flags = [...INIT_FLAGS, `--pwfile=${secret}`, '--no-sync', '--no-instructions', '-D', fresh];
    await runInitdb(home, flags);
    await rename(fresh, home.dataDir);
  } finally {
    await rm(secret, { force: true });
  }
}

async function giveTo(account: { uid: number; gid: number }, files: string[]): Promise<void> {
  for (const file of files) await chown(file, account.uid, account.gid);
}

async function runInitdb(home: PostgresHome, flags: string[]): Promise<void> {
  const initdb = path.join(home.native, 'bin', 'initdb');
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
  const result = await runCommand(initdb, flags, { cwd: '/', env, account: home.account });
  if (result.code === 0) return;
  if (result.stderr.includes('could not look up effective user ID')) {
    const uid = process.getuid?.() ?? '?';
    throw new Error(
      `Postgres needs a name for user ${uid}, which /etc/passwd lacks: add one, or set DATABASE_URL.`,
    );
  }
  throw new Error(`Postgres could not make its data folder: ${lastLines(result.stderr, 3)}`);
}

/** No system counts this far, so it means nobody. */
const NOBODYS_PID = 2_147_483_647;

/**
 * Takes down the Postgres of this folder that a killed run left behind. A pid file that means another process, or a dead
 * one that nobody has collected yet, would keep Postgres from starting: its number is put out of use, while the rest of
 * the file stays, so that Postgres still waits for the last processes that share the old memory.
 */
export async function endOrphan(dataDir: string, print: Print): Promise<void> {
  const file = path.join(dataDir, 'postmaster.pid');
  const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n');
  const pid = Number(lines[0]);
  if (!(pid > 0)) return;
  const identity = await identifyProcess(pid);
  const command = identity === null ? '' : await commandLine(pid);
  if (identity !== null && command.includes('postgres') && command.includes(dataDir)) {
    print(`postgres: ending process ${pid}, left behind by a run that was killed`);
    await endProcess(identity, POSTGRES_END);
  }
  if (existsSync(file)) await writeFile(file, [NOBODYS_PID, ...lines.slice(1)].join('\n'));
}
