import { ProblemError, type Problem } from '../../contracts/errors';
import type { JobRequest } from '../../contracts/job.schema';
import type { FrozenPlan } from '../../contracts/plan';
import type { Snapshot } from '../../contracts/snapshot';
import type { StageName } from '../../contracts/vocabulary';
import { tableOf } from '../../workflows/tables';
import type { ApiDeps } from '../deps';
import { checkCallback } from './callback';
import { FREE, itemCost, jobSizeOf, planCost, rowCost, type PriceOf, type Range } from './cost';
import { previewDecision } from './decide';
import { isDecision, prepareJob } from './prepare';

export interface Estimate {
  valid: boolean;
  stages: { stage: StageName; scene: number | null; action: 'run' | 'reuse' | 'skip'; cost_micro_usd: Range }[];
  cost_micro_usd: Range;
  duration_ms: Range;
  problems: Problem[];
}

/**
 * What a request would do and cost; nothing is stored. What the schema refuses is refused here too; what only the stored
 * world shows (an unknown avatar, a patch that comes too late) is listed under `problems`.
 */
export async function estimateRequest(deps: ApiDeps, tenant: string, request: JobRequest): Promise<Estimate> {
  checkCallback(request.callback, deps.settings);
  const preparation = { deps, tenant, now: deps.now(), dryRun: true, fresh: true };
  try {
    const prepared = await (isDecision(request) ? previewDecision(preparation, request) : prepareJob(preparation, request));
    // What a decision at an open gate leads to is the waiting workflow's own plan, which was estimated when it was accepted.
    if (!prepared) return { valid: true, stages: [], cost_micro_usd: FREE, duration_ms: FREE, problems: [] };
    const { plan, snapshot } = prepared;
    const { priceOf } = deps.settings;
    return { valid: true, stages: stagesOf(plan, snapshot, priceOf), cost_micro_usd: planCost(plan, snapshot, priceOf), duration_ms: durationOf(snapshot, plan), problems: [] };
  } catch (error) {
    if (!(error instanceof ProblemError) || error.code === 'request_invalid') throw error;
    return { valid: false, stages: [], cost_micro_usd: FREE, duration_ms: FREE, problems: [error.problem] };
  }
}

function stagesOf(plan: FrozenPlan, snapshot: Snapshot, priceOf: PriceOf): Estimate['stages'] {
  const size = jobSizeOf(snapshot, plan);
  const rows = new Map(plan.rows.map((row) => [row.stage, row]));
  return tableOf(plan.table).flatMap(({ stage }): Estimate['stages'] => {
    const row = rows.get(stage);
    if (!row) return [{ stage, scene: null, action: 'skip', cost_micro_usd: FREE }];
    const known = row.known;
    if (known === 'all') return [{ stage, scene: null, action: 'reuse', cost_micro_usd: FREE }];
    if (!row.each || plan.scenes === null) {
      const reused = known.map((scene) => ({ stage, scene, action: 'reuse' as const, cost_micro_usd: FREE }));
      return [...reused, { stage, scene: null, action: 'run', cost_micro_usd: rowCost(row, size, priceOf) }];
    }
    return Array.from({ length: plan.scenes }, (_, index) => index + 1).map((scene) => {
      const reused = known.includes(scene);
      return { stage, scene, action: reused ? ('reuse' as const) : ('run' as const), cost_micro_usd: reused ? FREE : itemCost(row, size, priceOf) };
    });
  });
}

/** Speech at 130 to 170 words a minute; the local family takes about one to four seconds for a second of film. */
function durationOf(snapshot: Snapshot, plan: FrozenPlan): Range {
  if (snapshot.job_type !== 'avatar_output') return { low: 5_000, high: 60_000 };
  const text = snapshot.script ?? snapshot.scenes?.map((scene) => scene.transcript).join(' ') ?? null;
  const words = text === null ? 150 : text.split(/\s+/).length;
  const share = plan.rows.filter((row) => row.known !== 'all').length / Math.max(1, plan.rows.length);
  const film = { low: (words / 170) * 60_000, high: (words / 130) * 60_000 };
  return { low: Math.round(2_000 + film.low * share), high: Math.round(20_000 + film.high * 4 * share) };
}
