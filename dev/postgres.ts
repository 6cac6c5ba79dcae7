import { existsSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { endOrphan, initCluster, POSTGRES_END, SUPERUSER } from './postgres/cluster';
import { findHome, removeHome } from './postgres/home';
import type { PostgresHome } from './postgres/home';
import { errorCode } from './process/error-code';
import { readLogFrom } from './process/log';
import { findPort } from './process/ports';
import { startService } from './process/service';
import type { Service } from './process/service';
import type { Print } from './print';

export interface PostgresOptions {
  /** Folder that exists and keeps the state; the cluster is `postgres/` in it wherever that is possible. */
  stateDir: string;
  /** First port to try, 0 for any; a taken one moves to the next free. */
  port: number;
  /** Of the superuser; the same at every start of one state. */
  password: string;
  print: Print;
  /**
   * False for state that is thrown away: nothing waits for the disk then, so that it outlives a killed process but not a
   * machine without power. Default true.
   */
  durable?: boolean;
}

export interface RunningPostgres extends Service {
  /** Superuser, database `understudy`. */
  url: string;
  port: number;
  /** Removes the data; only after `stop`. */
  remove(): Promise<void>;
}

const DATABASE = 'understudy';
const START_ATTEMPTS = 20;
const START_TIMEOUT_MS = 60_000;
const RETRY_AFTER_MS = 250;
const CHECK_EVERY_MS = 20;

/** Postgres 18 on 127.0.0.1, made at the first start, taken over from a killed run, ready for queries when it returns. */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const home = await findHome(options.stateDir, options.password, options.print);
  if (existsSync(home.dataDir)) await endOrphan(home.dataDir, options.print);
  await initCluster(home, options.password);
  const logFile = path.join(options.stateDir, 'log', 'postgres.log');
  await mkdir(path.dirname(logFile), { recursive: true });
  let port = await findPort(options.port);
  for (let attempt = 1; ; attempt++) {
    const logStart = existsSync(logFile) ? statSync(logFile).size : 0;
    const service = await startService(serviceOptions(home, { ...options, port, logFile }));
    const problem = await untilReady(service, { ...options, port });
    if (problem === null) return running(service, home, { port, password: options.password });
    const log = await readLogFrom(logFile, logStart);
    if (attempt === START_ATTEMPTS || !isPassing(log)) {
      throw new Error(`Postgres did not start: ${problem}; ${log.trim()}`);
    }
    if (log.includes('could not create any TCP/IP sockets')) port = await findPort(port === 0 ? 0 : port + 1);
    else await delay(RETRY_AFTER_MS);
  }
}

/** A port that was taken meanwhile, and shared memory that the processes of a killed run are about to let go. */
function isPassing(log: string): boolean {
  return (
    log.includes('could not create any TCP/IP sockets') || log.includes('pre-existing shared memory block')
  );
}

function serviceOptions(home: PostgresHome, options: { port: number; logFile: string; durable?: boolean }) {
  const settings: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    port: String(options.port),
    unix_socket_directories: '',
    max_connections: '200',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...(options.durable === false
      ? { fsync: 'off', full_page_writes: 'off' }
      : {}),
  };
  return {
    file: path.join(home.native, 'bin', 'postgres'),
    args: [
      '-D',
      home.dataDir,
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
    cwd: '/',
    logFile: options.logFile,
    end: POSTGRES_END,
    account: home.account,
  };
}

function urlOf(at: { port: number; password: string }, database: string): string {
  return `postgres://${SUPERUSER}:${at.password}@127.0.0.1:${at.port}/${database}`;
}

/** Null when it answers and has our database, else why it does not. */
async function untilReady(service: Service, at: { port: number; password: string }): Promise<string | null> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (service.isRunning() && Date.now() < deadline) {
    try {
      await ensureDatabase(urlOf(at, 'postgres'));
      return null;
    } catch (error) {
      if (!isRunningAndRefusing(service, error)) {
        await delay(CHECK_EVERY_MS);
        continue;
      }
      await service.stop();
      return 'the password of this state does not fit its data; remove both to begin anew';
    }
  }
  await service.stop();
  return service.ended;
}

function isRunningAndRefusing(service: Service, error: unknown): boolean {
  return service.isRunning() && errorCode(error) === '28P01';
}

async function ensureDatabase(url: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function running(
  service: Service,
  home: PostgresHome,
  at: { port: number; password: string },
): RunningPostgres {
  return { ...service, url: urlOf(at, DATABASE), port: at.port, remove: () => removeHome(home) };
}
