import type { FrozenPlan, FrozenRow } from '../contracts/plan';
import type { Gate, StageName } from '../contracts/vocabulary';
import { downstreamOf, type Known } from './plan';

/** A stage that is asked for again, in some scenes or (null) in all. */
export interface Asked {
  stage: StageName;
  scenes: number[] | null;
}

export interface RetryRequest {
  /** The parent's plan, with the number of scenes that it really had. */
  parent: FrozenPlan;
  /** Items that the parent finished, by stage. */
  finished: Known;
  from_stage: StageName;
  scope: 'downstream' | 'only';
  scenes: number[] | null;
  /** True when only what is missing is to be made (a resume of a job that did not finish); false to make it again. */
  keep_finished: boolean;
  /** Stages at which a patch takes effect beside `from_stage`. */
  also?: Asked[];
}

/**
 * What a retry may take over from its parent: everything that is not asked for again. A named scene spreads down its own
 * scene and into joins, and a join does not spread to other scenes. `only` keeps what lies below, to be shown as stale.
 */
export function knownForRetry(request: RetryRequest): Known {
  const known: Known = {};
  for (const row of request.parent.rows) {
    const done = request.finished[row.stage];
    if (done) known[row.stage] = request.keep_finished ? keepUnlessJoin(row, done, request) : keepUnasked(row, done, request);
  }
  return known;
}

function keepUnasked(row: FrozenRow, done: 'all' | number[], request: RetryRequest): 'all' | number[] {
  const asked = askedOf(row, request);
  if (asked.length === 0) return done;
  if (!row.each || done === 'all' || asked.some(({ scenes }) => scenes === null)) return [];
  const again = new Set(asked.flatMap(({ scenes }) => scenes ?? []));
  return done.filter((scene) => !again.has(scene));
}

/** What reaches this row of everything that is asked for. */
function askedOf(row: FrozenRow, request: RetryRequest): Asked[] {
  const asked: Asked[] = [{ stage: request.from_stage, scenes: request.scenes }, ...(request.also ?? [])];
  if (request.scope === 'only') return asked.filter(({ stage }) => stage === row.stage);
  return asked.filter(({ stage }) => downstreamOf(request.parent.rows, stage).includes(row.stage));
}

/** A finished join below something that is still to be made has to be made again. */
function keepUnlessJoin(row: FrozenRow, done: 'all' | number[], request: RetryRequest): 'all' | number[] {
  if (row.each) return done;
  const missing = row.needs.some((need) => {
    const needed = request.parent.rows.find((candidate) => candidate.stage === need);
    return needed !== undefined && !isWhole(needed, request.finished, request.parent.scenes);
  });
  return missing ? [] : done;
}

/** True when nothing of a row is missing. */
export function isWhole(row: FrozenRow, known: Known, scenes: number | null): boolean {
  const done = known[row.stage];
  if (!done) return false;
  return row.each ? done === 'all' || (scenes !== null && done.length >= scenes) : done === 'all';
}

/** Rows of a retry: with `only`, the named stage, what it stands on, and whatever else is known as a whole. */
function routeForRetry(request: RetryRequest, known: Known): StageName[] {
  const { parent, from_stage, scope } = request;
  if (scope === 'downstream') return parent.rows.map((row) => row.stage);
  const wanted = upstreamOf(parent.rows, [from_stage]);
  return parent.rows.filter((row) => wanted.has(row.stage) || isWhole(row, known, parent.scenes)).map((row) => row.stage);
}

/** The first stage that has to be there before `from_stage` can start and is not; null when nothing is missing. */
export function missingBefore(request: RetryRequest): StageName | null {
  const below = new Set(downstreamOf(request.parent.rows, request.from_stage));
  const target = request.parent.rows.find((row) => row.stage === request.from_stage);
  const needed = upstreamOf(request.parent.rows, target?.needs ?? []);
  const missing = request.parent.rows.find(
    (row) => needed.has(row.stage) && !below.has(row.stage) && !isWhole(row, request.finished, request.parent.scenes),
  );
  return missing?.stage ?? null;
}

function upstreamOf(rows: readonly FrozenRow[], needs: readonly StageName[]): Set<StageName> {
  const reached = new Set<StageName>(needs);
  for (const row of [...rows].reverse()) if (reached.has(row.stage)) for (const need of row.needs) reached.add(need);
  return reached;
}

export interface RetryPlan extends RetryRequest {
  /** The retry's own id: the take of work that is made again. */
  job_id: string;
  /** Scenes approved in the parent's run, by gate. */
  approved: Partial<Record<Gate, 'all' | number[]>>;
}

/** The frozen plan of a retry: the parent's topology with its outputs as known ones. Pure. */
export function planRetry(request: RetryPlan): FrozenPlan {
  const known = knownForRetry(request);
  const kept = new Set(routeForRetry(request, known));
  const rows = request.parent.rows.filter((row) => kept.has(row.stage));
  const storyboard = rows.find((row) => row.stage === 'storyboard');
  const countKnown = storyboard !== undefined && isWhole(storyboard, known, request.parent.scenes);
  return {
    ...request.parent,
    rows: rows.map((row) => ({
      ...row,
      needs: row.needs.filter((need) => kept.has(need)),
      known: known[row.stage] ?? [],
      gate: row.gate && { ...row.gate, remakes: row.gate.remakes.filter((stage) => kept.has(stage)), approved: approvedFor(row, known, request) },
    })),
    skipped: [...request.parent.skipped, ...request.parent.rows.filter((row) => !kept.has(row.stage)).map((row) => row.stage)],
    scenes: countKnown ? request.parent.scenes : null,
    take: request.keep_finished ? '' : request.job_id,
    ...(request.scope === 'only' ? { close_apart: true } : {}),
  };
}

/** A decision holds for work that is taken over; what is made again is asked about again. */
function approvedFor(row: FrozenRow, known: Known, request: RetryPlan): 'all' | number[] {
  const before = (row.gate && request.approved[row.gate.name]) ?? row.gate?.approved ?? [];
  if (isWhole(row, known, request.parent.scenes)) return before;
  const kept = known[row.stage];
  if (!row.each || kept === undefined || kept === 'all') return [];
  return kept.filter((scene) => before === 'all' || before.includes(scene));
}
