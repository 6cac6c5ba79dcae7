import { ActivityCancellationType, ActivityFailure, ApplicationFailure, isCancellation, proxyActivities, type ActivityOptions } from '@temporalio/workflow';
import type { FrozenRow, StageFailure, StageResult, StageTask } from '../contracts/plan';
import type { RunEvent } from './engine/run-plan';
import type { Item } from './engine/schedule';

type StageActivities = Record<string, (task: StageTask) => Promise<StageResult>>;

/** Common to all: a cancelled activity is waited for, so that its children end and its cost is known. */
const COMMON = { cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED } as const;

/**
 * How an item is tried again. A failed attempt says itself when to come again (activities/refusal.ts), so these intervals are
 * for lost workers: nothing speaks against going on at once with another, however often it happened.
 */
export const POLICIES: Record<'control' | 'media' | 'provider', ActivityOptions> = {
  // Only reads and writes Postgres: quick, safe to repeat for as long as Postgres is away.
  control: { ...COMMON, startToCloseTimeout: '2 minutes', heartbeatTimeout: '8 seconds', retry: { initialInterval: '500 ms', maximumInterval: '5 seconds' } },
  // Computes on this machine. What fails, or takes its workers down, is given up by the stage's own count of attempts.
  media: { ...COMMON, startToCloseTimeout: '1 hour', heartbeatTimeout: '8 seconds', retry: { initialInterval: '500 ms', backoffCoefficient: 1 } },
  // Waits on somebody else's machine; what is given up is non-retryable by its fault kind.
  provider: { ...COMMON, startToCloseTimeout: '6 hours', heartbeatTimeout: '8 seconds', retry: { initialInterval: '500 ms', backoffCoefficient: 1 } },
};

/** An item of the run and its task. */
export interface Piece {
  item: Item;
  task: StageTask;
}

type Ended = (event: RunEvent | null) => void;

/** Runs one item as an activity of its stage's name, and says how it ended: a cancellation as null. */
export function performItem(piece: Piece, ended: Ended): void {
  const { row } = piece.item;
  attempt(piece, [row, ...(row.fallbacks ?? [])], ended);
}

/**
 * Runs the item with the first choice, then with each family that may take over: the choice stands in the frozen plan. Calls
 * back rather than being waited for: every promise costs the workflow sandbox a stack trace.
 */
function attempt(piece: Piece, [route, ...others]: Route[], ended: Ended): void {
  const { item, task } = piece;
  const run = activitiesOn(item, task, route!)[item.row.stage]!;
  void run(route === item.row ? task : { ...task, family: route!.family }).then(
    (result) => ended({ kind: 'finished', key: item.key, result }),
    (error: unknown) => {
      if (isCancellation(error)) ended(null);
      else if (mayTakeOver(error) && others.length > 0) attempt(piece, others, ended);
      else ended({ kind: 'failed', key: item.key, failure: failureOf(item, error) });
    },
  );
}

/** A family that may do an item's work, and the queue on which that waits. */
type Route = Pick<FrozenRow, 'family' | 'queue'>;

function activitiesOn(item: Item, task: StageTask, route: Route): StageActivities {
  const { queue, family } = route;
  return proxyActivities<StageActivities>({
    ...POLICIES[queue ?? 'control'],
    ...(queue ? { taskQueue: queue } : {}),
    activityId: activityId(item, task, route === item.row ? null : (family ?? null)),
    summary: summaryOf(item, task, family),
  });
}

/** The activity says so: it knows the kind of fault, and has written down who takes over. */
function mayTakeOver(error: unknown): boolean {
  const cause = error instanceof ActivityFailure ? error.cause : null;
  const details = cause instanceof ApplicationFailure ? (cause.details?.[0] as { failover?: boolean } | undefined) : undefined;
  return details?.failover === true;
}

/** Readable in the CLI and under Pending Activities: `lip_sync/scene-3`, and `…/take-2` when it is made again. */
function activityId(item: Item, task: StageTask, takesOver: string | null): string {
  const take = task.generation === 1 ? item.key : `${item.key}/take-${task.generation}`;
  return takesOver === null ? take : `${take}/${takesOver}`;
}

/** Stands behind the activity type in the timeline, so it never repeats the stage. */
function summaryOf(item: Item, task: StageTask, family: string | undefined): string {
  const scene = item.scene === null ? '' : `scene ${item.scene} of ${task.scenes ?? '?'}`;
  const take = task.generation === 1 ? '' : `take ${task.generation}`;
  return [scene, take, family].filter(Boolean).join(' · ') || 'whole job';
}

function failureOf(item: Item, error: unknown): StageFailure {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  const base = { stage: item.row.stage, scene: item.scene };
  if (cause instanceof ApplicationFailure && cause.type) {
    const details = cause.details?.[0] as Partial<StageFailure> | undefined;
    return { ...base, code: cause.type, message: cause.message, errors: details?.errors ?? [] };
  }
  return { ...base, code: 'stage_failed', message: 'The stage did not finish in time.', errors: [] };
}
