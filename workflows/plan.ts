import type { FrozenGate, FrozenPlan, FrozenRow, TableName } from '../contracts/plan';
import type { Gate, StageName } from '../contracts/vocabulary';
import type { AnyRow } from './tables';
import { tableOf } from './tables';

/** Items whose outputs are there already, by stage: 'all' for a stage without scenes, else the scenes that have one. */
export type Known = Partial<Record<StageName, 'all' | number[]>>;

export interface PlanRequest {
  table: TableName;
  /** Stages on this job's route (rows whose `when` holds). */
  route: readonly StageName[];
  /** Queue of the chosen adapter by stage; a stage that is missing stays with the workflow's own queue. */
  queues: Partial<Record<StageName, FrozenRow['queue']>>;
  /** Family of the chosen adapter by stage. */
  families?: Partial<Record<StageName, string>>;
  /** Families that may take over, by stage. */
  fallbacks?: Partial<Record<StageName, NonNullable<FrozenRow['fallbacks']>>>;
  gates: { names: readonly Gate[]; deadline_ms: number | null; on_deadline: 'fail' | 'approve' | null };
  known: Known;
  /** Scenes that need no decision any more, by gate. */
  approved: Partial<Record<Gate, 'all' | number[]>>;
  scenes: number | null;
  take: string;
  concurrency: number;
}

/** Freezes a job's topology: drops rows off the route, narrows needs to what is left, attaches known outputs. Pure. */
export function plan(request: PlanRequest): FrozenPlan {
  const table = tableOf(request.table);
  const kept = new Set(request.route);
  return {
    version: 1,
    table: request.table,
    rows: table.filter((row) => kept.has(row.stage)).map((row) => freezeRow(row, kept, request)),
    skipped: table.filter((row) => !kept.has(row.stage)).map((row) => row.stage),
    scenes: request.scenes,
    take: request.take,
    concurrency: request.concurrency,
  };
}

function freezeRow(row: AnyRow, kept: ReadonlySet<StageName>, request: PlanRequest): FrozenRow {
  const frozen: FrozenRow = {
    stage: row.stage,
    needs: row.needs.filter((need) => kept.has(need)),
    each: row.each,
    queue: row.class === 'work' ? (request.queues[row.stage] ?? null) : null,
    gate: freezeGate(row, kept, request),
    known: request.known[row.stage] ?? [],
  };
  const family = request.families?.[row.stage];
  const fallbacks = request.fallbacks?.[row.stage];
  if (family !== undefined) frozen.family = family;
  if (fallbacks !== undefined) frozen.fallbacks = fallbacks;
  return frozen;
}

function freezeGate(row: AnyRow, kept: ReadonlySet<StageName>, request: PlanRequest): FrozenGate | null {
  const { names, deadline_ms, on_deadline } = request.gates;
  if (!row.gate || !names.includes(row.gate.name)) return null;
  return {
    name: row.gate.name,
    remakes: row.gate.remakes.filter((stage) => kept.has(stage)),
    approved: request.approved[row.gate.name] ?? [],
    deadline_ms,
    on_deadline,
  };
}

/** Rows whose `when` holds for this snapshot. `snapshot` must be of the table's own kind. */
export function routeOf<Snapshot>(
  table: readonly { stage: StageName; when?: ((snapshot: Snapshot) => boolean) | undefined }[],
  snapshot: Snapshot,
): StageName[] {
  return table.filter((row) => row.when?.(snapshot) ?? true).map((row) => row.stage);
}

/** A stage and everything that needs it, directly or not, in table order. */
export function downstreamOf(rows: readonly { stage: StageName; needs: readonly StageName[] }[], from: StageName): StageName[] {
  const reached = new Set<StageName>([from]);
  // Rows stand after what they need, so one pass in order reaches everything.
  for (const row of rows) if (row.needs.some((need) => reached.has(need))) reached.add(row.stage);
  return rows.filter((row) => reached.has(row.stage)).map((row) => row.stage);
}
