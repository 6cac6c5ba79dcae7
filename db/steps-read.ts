import type { Problem } from '../contracts/errors';
import type { AssetRef } from '../contracts/media';
import type { StageName, StepStatus } from '../contracts/vocabulary';
import type { Db } from './pool';

export interface StepView {
  stage: StageName;
  scene: number | null;
  status: StepStatus;
  generation: number;
  revision: number;
  /** Without those that only waited. */
  attempts: number;
  started_at: Date | null;
  finished_at: Date | null;
  input_digest: string | null;
  output_digest: string | null;
  assets: { kind: string; asset_id: string }[];
  cost_micro_usd: number;
  provider_family: string | null;
  reused_from: { job_id: string; generation: number } | null;
  stale: boolean;
  error: Problem | null;
  /** Families that could not, and who took over; records from before models were kept have none of those. */
  failover: { family: string; next: string; model?: string | null; next_model?: string | null; code: string; reason: string; cost_micro_usd: number }[];
  /** Newest generation of its stage and scene. */
  current: boolean;
}

/** Every record of a job's work, oldest first; nothing of requests or vendors. */
export async function listSteps(db: Db, jobId: string): Promise<StepView[]> {
  const { rows } = await db.query<StepView>({
    name: 'list_steps',
    text: `select stage, scene, status, generation, revision, greatest(0, attempts - waits) as attempts, started_at, finished_at, input_digest, output_digest,
      assets, cost_micro_usd, provider_family, reused_from, stale, error, failover,
      generation = max(generation) over (partition by stage, scene) as current
      from steps where job_id = $1 order by position`,
    values: [jobId],
  });
  return rows;
}

/** The newest timeline document of a job: the film's, else the rough cut's; null before the scenes were stitched, and after it was erased. */
export async function findTimeline(db: Db, jobId: string): Promise<AssetRef | null> {
  const { rows } = await db.query<{ timeline: AssetRef }>({
    name: 'find_timeline',
    text: `select output -> 'timeline' as timeline from steps
      join assets on asset_id = output -> 'timeline' ->> 'asset_id' and erased_at is null
      where job_id = $1 and stage in ('output', 'stitch') and status in ('completed', 'reused')
      order by stage = 'output' desc, generation desc limit 1`,
    values: [jobId],
  });
  return rows[0]?.timeline ?? null;
}

/** Finished work of one item, with its content. */
export interface FinishedWork {
  stage: StageName;
  scene: number | null;
  generation: number;
  input_digest: string | null;
  output_digest: string | null;
  execution_key: string | null;
  provider_family: string | null;
  model: string | null;
  cost_micro_usd: number;
  output: unknown;
}

/** Everything that a job finished, also what was made again since; generations in order. */
export async function listFinishedSteps(db: Db, jobId: string): Promise<FinishedWork[]> {
  const { rows } = await db.query<FinishedWork>({
    name: 'list_finished_steps',
    text: `select stage, scene, generation, input_digest, output_digest, execution_key, provider_family, model, cost_micro_usd, output
      from steps where job_id = $1 and status in ('completed', 'reused') order by stage, scene, generation`,
    values: [jobId],
  });
  return rows;
}
