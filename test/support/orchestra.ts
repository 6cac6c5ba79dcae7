import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { DefaultLogger, Runtime, Worker, type NativeConnection } from '@temporalio/worker';
import type { Pool } from 'pg';
import pino from 'pino';
import { createPokes } from '../../activities/callbacks/pokes';
import { createActivities } from '../../activities/index';
import type { Adapters, Deps, Upkeep } from '../../activities/deps';
import { createCallbacks, type CallbackOptions } from '../../adapters/callbacks/create-callbacks';
import { FactsCache } from '../../activities/facts';
import type { MoneySettings } from '../../activities/operations/money-settings';
import type { WorkByTable } from '../../activities/stage-activity';
import type { AssetStore } from '../../adapters/storage/asset-store';
import { createDiskStore } from '../../adapters/storage/disk';
import { digestOf } from '../../contracts/digest';
import { newId } from '../../contracts/ids';
import type { FrozenPlan } from '../../contracts/plan';
import type { Snapshot } from '../../contracts/snapshot';
import type { Queue } from '../../contracts/vocabulary';
import { findErasedAssets } from '../../db/assets';
import { createPool } from '../../db/pool';
import { bundlePath } from '../../worker/bundle';
import { connectToTemporal } from '../../worker/connection';
import { queueLimits, runsWorkflows, type QueueSettings } from '../../worker/queues';
import { createTestDatabase } from '../setup/database';
import { startTestTemporal } from '../setup/temporal';

/** A real Temporal server, a real database and this process as the worker: orchestration without HTTP. */
export interface Orchestra {
  /** What its activities use. */
  deps: Deps;
  pool: Pool;
  client: Client;
  address: string;
  databaseUrl: string;
  submit(job: { workflow: string; queue?: Queue; snapshot: Snapshot; plan: FrozenPlan; parent_job_id?: string }): Promise<string>;
  handle(jobId: string): WorkflowHandle;
  /** Resolves when the workflow has ended, however. */
  ended(jobId: string): Promise<'completed' | 'failed'>;
  /** Adds workers; default: for the queues that the orchestra was started with. */
  startWorkers(queues?: Queue[]): Promise<void>;
  stopWorkers(): Promise<void>;
  close(): Promise<void>;
}

const QUEUES: Queue[] = ['avatar', 'marketing', 'retry', 'media', 'provider'];

/** Signs the callbacks of all tests. */
export const CALLBACK_SECRET = 'whsec_dGVzdHRlc3R0ZXN0dGVzdHRlc3Q=';

/** What a test may want otherwise than the others. */
export interface OrchestraOptions {
  queues?: Queue[];
  /** Work in place of the stages' own. */
  work?: WorkByTable;
  callbacks?: Partial<CallbackOptions>;
  upkeep?: Partial<Upkeep>;
  /** The test has called `quieten` already, which can be done once only. */
  quiet?: boolean;
  /** Default: a folder of its own. */
  store?: AssetStore;
  /** Default: eight of media, twenty of provider. */
  slots?: QueueSettings;
  money?: Partial<MoneySettings>;
  /** Families beside the one for all. */
  families?: Record<string, Adapters>;
}

/** No caps, no limits, and no public address. */
const FREE_MONEY: MoneySettings = {
  job_cap_micro_usd: null,
  tenant_day_cap_micro_usd: null,
  resubmit_below_micro_usd: 50_000,
  reconcile_wait_ms: 1_000,
  poll_ms: 50,
  limitsOf: () => null,
  webhookUrl: () => null,
};

/** Failures are part of the tests, so what the SDK says about them would only hide the results. */
export function quieten(): void {
  Runtime.install({ logger: new DefaultLogger('ERROR', () => undefined), telemetryOptions: { logging: { filter: 'OFF', forward: {} } }, shutdownSignals: [] });
}

/** With a server and a database of its own, both gone afterwards. */
export async function startOrchestra(adapters: Adapters, options: OrchestraOptions = {}): Promise<Orchestra> {
  const [temporal, database] = await Promise.all([startTestTemporal(), createTestDatabase()]);
  const orchestra = await conduct({ adapters, address: temporal.address, databaseUrl: database.url, ...options });
  const close = async (): Promise<void> => {
    await orchestra.close();
    await Promise.all([temporal.stop(), database.drop()]);
  };
  return { ...orchestra, close };
}

/** The same on servers that somebody else started. The database must be migrated. */
export async function conduct(place: { adapters: Adapters; address: string; databaseUrl: string } & OrchestraOptions): Promise<Orchestra> {
  if (!place.quiet) quieten();
  const { adapters, address, databaseUrl } = place;
  const pool = createPool(databaseUrl, 10);
  const folder = await mkdtemp(path.join(os.tmpdir(), 'understudy-orchestra-'));
  const native = await connectToTemporal({ address });
  const connection = await Connection.connect({ address });
  const client = new Client({ connection });
  const store = place.store ?? createDiskStore({ dir: path.join(folder, 'assets'), publicUrl: () => 'http://127.0.0.1', secret: 'a secret for tests only' });
  const log = pino({ level: 'silent' });
  const now = (): Date => new Date();
  const callbacks = createCallbacks({ links: { store, ttl_ms: 60_000, findErased: (tenant, ids) => findErasedAssets(pool, tenant, ids), now }, secrets: { DEFAULT: [CALLBACK_SECRET] }, allowHosts: [], host_slots: 50, now, ...place.callbacks });
  const deps: Deps = {
    pool,
    facts: new FactsCache(pool),
    store,
    adaptersOf: (family) => place.families?.[family] ?? adapters,
    money: { ...FREE_MONEY, ...place.money },
    callbacks,
    pokes: createPokes({ pool, log }),
    upkeep: { erase_grace_ms: 900_000, orphan_after_ms: 604_800_000, keep_events_ms: null, keep_intermediates_ms: null, ...place.upkeep },
    log,
    now,
    newId: (kind) => newId(kind, new Date()),
    scratch: path.join(folder, 'scratch'),
  };
  let workers: Worker[] = [];
  let runs: Promise<void>[] = [];
  const startWorkers = async (queues = place.queues ?? QUEUES): Promise<void> => {
    const added = await Promise.all(queues.map((queue) => createWorker(native, { ...place, deps }, queue)));
    workers.push(...added);
    runs.push(...added.map((worker) => worker.run()));
  };
  const stopWorkers = async (): Promise<void> => {
    for (const worker of workers) worker.shutdown();
    await Promise.all(runs);
    workers = [];
    runs = [];
  };
  await startWorkers();
  return {
    deps,
    pool,
    client,
    address,
    databaseUrl,
    submit: (job) => submit({ pool, client }, job),
    handle: (jobId) => client.workflow.getHandle(jobId),
    ended: (jobId) => client.workflow.getHandle(jobId).result().then(() => 'completed' as const, () => 'failed' as const),
    startWorkers,
    stopWorkers,
    close: async () => {
      await stopWorkers();
      await callbacks.close();
      await connection.close();
      await native.close();
      await pool.end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function createWorker(connection: NativeConnection, { deps, work, slots }: OrchestraOptions & { deps: Deps }, queue: Queue): Promise<Worker> {
  return Worker.create({
    connection,
    taskQueue: queue,
    activities: createActivities(deps, work),
    ...(runsWorkflows(queue) ? { workflowBundle: { codePath: bundlePath() } } : {}),
    ...queueLimits(queue, slots ?? { media_slots: 8, provider_slots: 20 }),
  });
}

async function submit(
  { pool, client }: { pool: Pool; client: Client },
  job: Parameters<Orchestra['submit']>[0],
): Promise<string> {
  const job_id = newId('job', new Date());
  await pool.query({
    name: 'submit_job',
    text: `insert into jobs (job_id, tenant, job_type, contract, idempotency_key, fingerprint, route, snapshot, snapshot_sha256, plan, parent_job_id, last_sequence, created_at)
     values ($1, 'demo', $2, 'v3', $1, '', 'test', $3, $4, $5, $6, 0, now())`,
    values: [job_id, job.snapshot.job_type, JSON.stringify(job.snapshot), digestOf(job.snapshot), JSON.stringify(job.plan), job.parent_job_id ?? null],
  });
  await client.workflow.start(job.workflow, {
    taskQueue: job.queue ?? 'avatar',
    workflowId: job_id,
    args: [{ job_id, tenant: 'demo', plan: job.plan }],
  });
  return job_id;
}
