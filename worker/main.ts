import { DefaultLogger, Runtime, Worker, type LogEntry, type NativeConnection } from '@temporalio/worker';
import pino, { type Logger } from 'pino';
import { createActivities } from '../activities/index';
import { loadConfig, type Config } from '../config';
import type { Queue } from '../contracts/vocabulary';
import { migrate } from '../db/migrate';
import { bundlePath } from './bundle';
import { connectToTemporal } from './connection';
import { createWorkbench, mediaSlots, type Workbench } from './deps';
import { queueLimits, runsWorkflows } from './queues';
import { ensureSchedules } from './schedules';
import { sweepScratch } from './scratch';

/** One worker process: a Temporal worker for each queue of WORKER_ROLES over one shared connection. */
async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const log = pino({ level: config.LOG_LEVEL, base: { process: 'worker' } });
  installRuntime(log);
  const bench = await createWorkbench(config, log);
  await sweepScratch(bench.deps.scratch);
  await migrate(bench.deps.pool);
  const connection = await connectToTemporal({
    address: config.TEMPORAL_ADDRESS,
    tls: config.TEMPORAL_TLS || undefined,
    apiKey: config.TEMPORAL_API_KEY,
  });
  const workers = await Promise.all(config.WORKER_ROLES.map((queue) => createWorker({ config, connection, bench, queue })));
  if (config.WORKER_ROLES.includes('maintenance')) await ensureSchedules({ connection, namespace: config.TEMPORAL_NAMESPACE, log });
  log.info({ queues: config.WORKER_ROLES }, 'worker runs');
  await runAll(workers);
  await connection.close();
  await bench.close();
}

/** A warning of the SDK about each queue that holds activities only, as two of ours are meant to. */
const ACTIVITIES_ONLY = /^No workflows registered/;

function installRuntime(log: Logger): void {
  const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;
  const levelOf = ({ level, message }: LogEntry) => (ACTIVITIES_ONLY.test(message) ? 'debug' : levels[level]);
  const write = (entry: LogEntry): void => log[levelOf(entry)](plainMeta(entry.meta), entry.message);
  Runtime.install({
    logger: new DefaultLogger('WARN', write),
    telemetryOptions: { logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} } },
  });
}

/** Names only: what an error or an argument says may carry a script or a URL. */
function plainMeta(meta: LogEntry['meta']): Record<string, unknown> {
  const known = ['workflowId', 'workflowType', 'activityId', 'activityType', 'taskQueue', 'attempt'];
  return Object.fromEntries(Object.entries(meta ?? {}).filter(([key]) => known.includes(key)));
}

interface Place {
  config: Config;
  connection: NativeConnection;
  bench: Workbench;
  queue: Queue;
}

async function createWorker({ config, connection, bench, queue }: Place): Promise<Worker> {
  return Worker.create({
    connection,
    namespace: config.TEMPORAL_NAMESPACE,
    taskQueue: queue,
    activities: createActivities(bench.deps),
    ...(runsWorkflows(queue) ? { workflowBundle: { codePath: bundlePath() } } : {}),
    ...queueLimits(queue, { media_slots: mediaSlots(config), provider_slots: config.PROVIDER_SLOTS }),
    shutdownGraceTime: config.SHUTDOWN_GRACE_MS,
    shutdownForceTime: config.SHUTDOWN_GRACE_MS + 3_000,
  });
}

/** Runs until a signal asks for the end; one worker that fails takes the others down, and the process is started again. */
async function runAll(workers: Worker[]): Promise<void> {
  const runs = workers.map((worker) => worker.run());
  try {
    await Promise.all(runs);
  } catch (error) {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    await Promise.allSettled(runs);
    throw error;
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
});
