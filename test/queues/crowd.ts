import { activityInfo } from '@temporalio/activity';
import type { WorkByTable } from '../../activities/stage-activity';
import type { AnyWork } from '../../activities/stage-work';
import { NOOP_WORK } from '../../bench/noop-work';
import { canonicalJson, digestOf } from '../../contracts/digest';
import { newId } from '../../contracts/ids';
import type { FrozenPlan } from '../../contracts/plan';
import type { MarketingSnapshot, Snapshot } from '../../contracts/snapshot';
import { acceptJobs, type NewJob } from '../../db/accept';
import { MARKETING_CUT } from '../../workflows/marketing-cut.stages';
import { plan, routeOf } from '../../workflows/plan';
import { workflowStart } from '../../workflows/start-options';
import type { Orchestra } from '../support/orchestra';
import { outputPlan } from '../support/plans';
import { outputSnapshot } from '../support/snapshots';
import { NOTHING } from '../support/trivial-family';

/** One call of a stage's work, in the order in which they began. */
export interface Begun {
  job_id: string;
  tenant: string;
  stage: string;
  queue: string;
}

type Perform = (begun: Begun) => Promise<void> | void;

/** Work that does nothing but write down that it began, and whatever `also` does. */
export function recordedWork(record: Begun[], also: Perform = () => undefined): WorkByTable {
  const recorded = (stage: string, work: AnyWork): AnyWork => ({
    ...work,
    perform: async (call) => {
      const begun = { job_id: call.job.job_id, tenant: call.job.tenant, stage, queue: activityInfo().taskQueue };
      record.push(begun);
      await also(begun);
      return work.perform(call);
    },
  });
  const table = (works: Partial<Record<string, AnyWork>>) =>
    Object.fromEntries(Object.entries(works).flatMap(([stage, work]) => (work ? [[stage, recorded(stage, work)]] : [])));
  return { ...NOOP_WORK, avatar_output: table(NOOP_WORK.avatar_output), marketing_cut: table(NOOP_CUTS) };
}

const FILM = { job_id: '', video: NOTHING, size: { width: 854, height: 480 }, fps: 25, duration_ms: 1000, timeline: NOTHING, scenes: [] };
// The documents' types are known to the product's own work; these are read by nobody.
const NOOP_CUTS = {
  source: { perform: () => Promise.resolve(FILM) },
  cuts: { perform: () => Promise.resolve({ cuts: [] }) },
  publish: { perform: () => Promise.resolve({ manifest: NOTHING }) },
} as unknown as Record<string, AnyWork>;

interface Crowd {
  tenant: string;
  count: number;
  kind: 'film' | 'retry' | 'cuts';
  priority?: number;
}

/** Jobs as the API stores and starts them; their ids. Resolves when the server has all of them. */
export async function submitCrowd({ pool, client }: Pick<Orchestra, 'pool' | 'client'>, crowd: Crowd): Promise<string[]> {
  const jobs = Array.from({ length: crowd.count }, () => newJob(crowd));
  await acceptJobs(pool, jobs);
  for (let at = 0; at < jobs.length; at += 16) await Promise.all(jobs.slice(at, at + 16).map((job) => start(client, job)));
  return jobs.map((job) => job.job_id);
}

async function start(client: Orchestra['client'], job: NewJob): Promise<void> {
  const found = workflowStart(job);
  if (found) await client.workflow.start(found.type, found.options);
}

const TYPES = { film: 'avatar_output', retry: 'output_retry', cuts: 'marketing_cut' } as const;

function newJob({ tenant, kind, priority = 3 }: Crowd): NewJob {
  const { snapshot, frozen } = kind === 'cuts' ? cuts() : film();
  const job_id = newId('job', new Date());
  return {
    ...{ job_id, tenant, job_type: TYPES[kind], idempotency_key: job_id, fingerprint: '', mode: null, route: 'test' },
    ...{ avatar_id: null, avatar_version: null, parent_job_id: null, correlation: {}, callback: null, priority },
    ...{ snapshot_json: canonicalJson(snapshot), snapshot_sha256: digestOf(snapshot), plan: frozen, budget_micro_usd: null, estimated_micro_usd: 0, scenes: null },
    ...{ created_at: new Date(), event_id: newId('event', new Date()) },
  };
}

/** Speech waits on `media`, backgrounds beside it on `provider`. */
function film(): { snapshot: Snapshot; frozen: FrozenPlan } {
  const snapshot = outputSnapshot({ mode: 'single_scene' });
  const frozen = outputPlan(snapshot);
  return { snapshot, frozen: { ...frozen, rows: frozen.rows.map((row) => (row.stage === 'backgrounds' ? { ...row, queue: 'provider' } : row)) } };
}

function cuts(): { snapshot: Snapshot; frozen: FrozenPlan } {
  const snapshot: MarketingSnapshot = { contract: 'v3', job_type: 'marketing_cut', source_job_id: '', cuts: [] };
  const frozen = plan({
    ...{ table: 'marketing_cut', route: routeOf<MarketingSnapshot>(MARKETING_CUT, snapshot), queues: { cuts: 'media' }, known: {}, approved: {} },
    ...{ gates: { names: [], deadline_ms: null, on_deadline: null }, scenes: null, take: '', concurrency: 8 },
  });
  return { snapshot, frozen };
}
