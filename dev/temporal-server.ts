import { existsSync, statSync } from 'node:fs';
import { chmod, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { readLogFrom } from './process/log';
import { findPort, isPortFree } from './process/ports';
import type { EndStep } from './process/end-process';
import { startService } from './process/service';
import type { Service } from './process/service';

export interface TemporalServerOptions {
  /** Absolute path of the Temporal CLI. */
  cli: string;
  /** Database file; null keeps everything in memory. */
  dbFile: string | null;
  logFile: string;
  /** First port to try, 0 for any; a taken one moves to the next free. */
  port: number;
  /** The same for the Web UI; null starts without it. */
  uiPort: number | null;
}

export interface RunningTemporal extends Service {
  /** `host:port` */
  address: string;
  port: number;
  uiPort: number | null;
  /** Null without Web UI. */
  uiUrl: string | null;
}

/** Search attributes of our workflows, each a Keyword. */
export const SEARCH_ATTRIBUTES = [
  'AvatarJobType',
  'AvatarTenant',
  'AvatarStage',
  'AvatarRoute',
  'AvatarAwaiting',
  'AvatarId',
] as const;

export const NAMESPACE = 'default';

const SETTINGS = [
  // The dev server has one history shard, which polls its transfer queue 20 times a second by default: 40 ms a stage.
  'history.transferProcessorMaxPollRPS=200',
  'matching.enableFairness=true',
  // Fairness holds within a partition: of four, one that happens to be asked last keeps its tenant waiting behind all others.
  // All four are still read, so that what an older state holds there is not forgotten.
  'matching.numTaskqueueWritePartitions=1',
];
const TEMPORAL_END: readonly EndStep[] = [
  { signal: 'SIGTERM', wait_ms: 2_500 },
  { signal: 'SIGKILL', wait_ms: 1_000 },
];
/** The server takes a second over an orderly end, which memory does not need. */
const IN_MEMORY_END: readonly EndStep[] = [{ signal: 'SIGKILL', wait_ms: 2_000 }];
const START_ATTEMPTS = 10;
const START_TIMEOUT_MS = 60_000;
const CHECK_EVERY_MS = 20;

/**
 * A real Temporal dev server, tuned for one machine, with our search attributes, serving when this returns. An existing
 * database file is gone on with.
 */
export async function startTemporalServer(options: TemporalServerOptions): Promise<RunningTemporal> {
  await mkdir(path.dirname(options.logFile), { recursive: true });
  for (let attempt = 1; ; attempt++) {
    const port = await findPort(options.port);
    const uiPort = options.uiPort === null ? null : await findPort(options.uiPort, [port]);
    const logStart = existsSync(options.logFile) ? statSync(options.logFile).size : 0;
    const service = await startService({
      file: options.cli,
      args: argumentsOf(options.dbFile, port, uiPort),
      // Variables such as TEMPORAL_ADDRESS mean the client commands of the same program, so they are kept away.
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], GOGC: '400' },
      cwd: '/',
      logFile: options.logFile,
      end: options.dbFile === null ? IN_MEMORY_END : TEMPORAL_END,
    });
    if (await isServing(service, port)) {
      await eachFile(options.dbFile, (file) => chmod(file, 0o600));
      return running(service, port, uiPort);
    }
    await service.stop();
    const log = await readLogFrom(options.logFile, logStart);
    if (attempt === START_ATTEMPTS || !isPassing(log)) {
      throw new Error(`Temporal did not start: ${await service.ended}; ${log.trim()}`);
    }
    if (log.includes(HALF_MADE)) await eachFile(options.dbFile, (file) => rm(file, { force: true }));
  }
}

/** A file without tables: the very first start was killed, there is nothing in it. */
const HALF_MADE = 'no such table: namespaces';

function isPassing(log: string): boolean {
  return log.includes(HALF_MADE) || /address already in use|can't set.*port/i.test(log);
}

/** The database and its two side files, which the server lets everybody read. */
async function eachFile(dbFile: string | null, work: (file: string) => Promise<void>): Promise<void> {
  if (dbFile === null) return;
  for (const file of [dbFile, `${dbFile}-wal`, `${dbFile}-shm`]) if (existsSync(file)) await work(file);
}

function running(service: Service, port: number, uiPort: number | null): RunningTemporal {
  const uiUrl = uiPort === null ? null : `http://127.0.0.1:${uiPort}`;
  return { ...service, port, uiPort, address: `127.0.0.1:${port}`, uiUrl };
}

function argumentsOf(dbFile: string | null, port: number, uiPort: number | null): string[] {
  const ui = uiPort === null ? ['--headless'] : ['--ui-port', String(uiPort), '--ui-ip', '127.0.0.1'];
  const pragmas = ['--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=normal'];
  const store = dbFile === null ? [] : ['--db-filename', dbFile, ...pragmas];
  return [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--log-level', 'warn'],
    ...ui,
    ...store,
    ...SETTINGS.flatMap((setting) => ['--dynamic-config-value', setting]),
    ...SEARCH_ATTRIBUTES.flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
  ];
}

/** False when the process ended, or did not serve in a minute. */
async function isServing(service: Service, port: number): Promise<boolean> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  // A gRPC client waits a second after its first failure, so the first call is made when somebody listens.
  while (service.isRunning() && Date.now() < deadline && (await isPortFree(port)))
    await delay(CHECK_EVERY_MS);
  const connection = Connection.lazy({ address: `127.0.0.1:${port}`, interceptors: [] });
  try {
    while (service.isRunning() && Date.now() < deadline) {
      if (await knowsOurAttributes(connection)) return service.isRunning();
      await delay(CHECK_EVERY_MS);
    }
    return false;
  } finally {
    await connection.close();
  }
}

async function knowsOurAttributes(connection: Connection): Promise<boolean> {
  try {
    const ask = () => connection.operatorService.listSearchAttributes({ namespace: NAMESPACE });
    const { customAttributes } = await connection.withDeadline(Date.now() + 2_000, ask);
    return SEARCH_ATTRIBUTES.every((name) => name in customAttributes);
  } catch {
    return false;
  }
}
