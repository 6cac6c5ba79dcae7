import {
  ActivityCancellationType,
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  condition,
  isCancellation,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  sleep,
  upsertSearchAttributes,
  type ActivityOptions,
} from '@temporalio/workflow';
import { defineSearchAttributeKey } from '@temporalio/common';
import type { FrozenRow, PipelineInput, StageFailure, StageResult, StageTask } from '../contracts/plan';
import type { BookkeepingActivities } from '../activities/jobs/bookkeeping';
import type { Gate } from '../contracts/vocabulary';
import { progressOf, writerOfDetails } from './details';
import type { SettledDecision } from './engine/decide';
import type { GateView } from './engine/gates';
import { WakingInbox, type Inbox } from './engine/inbox';
import type { Ports, RunEvent } from './engine/run-plan';
import type { Item, RunState } from './engine/schedule';
import { decideSignal, expireSignal, progressQuery, unparkSignal } from './messages';
import { rowOf, tableOf } from './tables';

type StageActivities = Record<string, (task: StageTask) => Promise<StageResult>>;

const AWAITING = defineSearchAttributeKey('AvatarAwaiting', 'KEYWORD');
const STAGE = defineSearchAttributeKey('AvatarStage', 'KEYWORD');

/** A stage that takes this share of the weights is worth a search attribute of its own; upserting at each costs a third of the throughput. */
const LONG_STAGE_WEIGHT = 12;

/** Common to all: a cancelled activity is waited for, so that its children end and its cost is known. */
const COMMON = { cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED } as const;

/**
 * How an item is tried again. A failed attempt says itself when to come again (activities/refusal.ts), so these intervals are
 * for lost workers: nothing speaks against going on at once with another, however often it happened.
 */
const POLICIES: Record<'control' | 'media' | 'provider', ActivityOptions> = {
  // Only reads and writes Postgres: quick, safe to repeat for as long as Postgres is away.
  control: { ...COMMON, startToCloseTimeout: '2 minutes', heartbeatTimeout: '8 seconds', retry: { initialInterval: '500 ms', maximumInterval: '5 seconds' } },
  // Computes on this machine. What fails, or takes its workers down, is given up by the stage's own count of attempts.
  media: { ...COMMON, startToCloseTimeout: '1 hour', heartbeatTimeout: '8 seconds', retry: { initialInterval: '500 ms', backoffCoefficient: 1 } },
  // Waits on somebody else's machine; what is given up is non-retryable by its fault kind.
  provider: { ...COMMON, startToCloseTimeout: '6 hours', heartbeatTimeout: '8 seconds', retry: { initialInterval: '500 ms', backoffCoefficient: 1 } },
};

const bookkeeping = proxyActivities<BookkeepingActivities>(POLICIES.control);

export interface TemporalPorts {
  ports: Ports;
  inbox: Inbox;
  /** Resolves when all work that was started has ended. */
  settled(): Promise<void>;
  /** Gives decisions that came after the run's end their fate, so that none stays without one. */
  settleLate(): Promise<void>;
}

/** Binds the engine to Temporal: one activity per item, signals into the inbox, details and search attributes for operators. */
export function bindPorts(input: PipelineInput): TemporalPorts {
  const inbox = new WakingInbox();
  const weights = new Map(tableOf(input.plan.table).map(({ stage, weight }) => [stage, weight]));
  const detailsOf = writerOfDetails(input.plan);
  let running = 0;
  let shown: RunState | null = null;
  listen(inbox);
  CancellationScope.current().cancelRequested.catch((reason: unknown) => inbox.cancel(reason));
  setHandler(progressQuery, () => (shown ? progressOf(input.plan, shown) : []));
  const ports: Ports = {
    perform: (item, task, ended) => {
      running += 1;
      announce(input, item);
      attempt({ item, task }, [item.row, ...(item.row.fallbacks ?? [])], (event) => {
        running -= 1;
        ended(event);
      });
    },
    syncGates: (views, settled) => syncGates(input.job_id, views, settled),
    startDeadline: (gate, revision, ms) => startDeadline(inbox, { gate, revision, ms }),
    show: (state) => {
      shown = state;
      setCurrentDetails(detailsOf(state));
    },
    weightOf: (stage) => weights.get(stage) ?? 0,
  };
  return {
    ports,
    inbox,
    settled: () => condition(() => running === 0),
    settleLate: () => settleLate(input.job_id, inbox),
  };
}

/** Handlers only record; the engine decides in its own time. A repeated decision id is dropped. */
function listen(inbox: Inbox): void {
  const seen = new Set<string>();
  setHandler(decideSignal, (decision) => {
    if (!decision || typeof decision.decision_id !== 'string' || seen.has(decision.decision_id)) return;
    seen.add(decision.decision_id);
    inbox.push({ kind: 'decision', decision });
  });
  setHandler(expireSignal, (round) => void (round && inbox.push({ kind: 'deadline', gate: round.gate, revision: round.revision })));
  setHandler(unparkSignal, () => void inbox.push({ kind: 'unparked' }));
}

interface Piece {
  item: Item;
  task: StageTask;
}

/** Operators can filter by the long stages. */
function announce(input: PipelineInput, { row, scene }: Item): void {
  if (rowOf(input.plan.table, row.stage).weight < LONG_STAGE_WEIGHT || (scene !== null && scene !== 1)) return;
  upsertSearchAttributes([{ key: STAGE, value: row.stage }]);
}

type Ended = (event: RunEvent | null) => void;

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

async function syncGates(jobId: string, views: GateView[], settled: SettledDecision[]): Promise<void> {
  const open = views.filter((view) => view.open).map((view) => view.gate);
  if (views.length > 0) upsertSearchAttributes([{ key: AWAITING, value: open[0] ?? null }]);
  await bookkeeping.sync_gates({ job_id: jobId, views, settled });
}

async function settleLate(jobId: string, inbox: Inbox): Promise<void> {
  while (inbox.length > 0) {
    const late = takeAll(inbox).flatMap((event) => (event.kind === 'decision' ? [event.decision] : []));
    if (late.length > 0) await syncGates(jobId, [], late.map((decision) => ({ decision, fate: 'gate_not_open' })));
  }
}

function takeAll(inbox: Inbox): RunEvent[] {
  const events: RunEvent[] = [];
  for (let event = inbox.shift(); event; event = inbox.shift()) events.push(event);
  return events;
}

function startDeadline(inbox: Inbox, at: { gate: Gate; revision: number; ms: number }): void {
  void sleep(at.ms).then(
    () => inbox.push({ kind: 'deadline', gate: at.gate, revision: at.revision }),
    () => undefined,
  );
}

/** Marks the end for operators who filter by stage. */
export function showEnd(outcome: 'completed' | 'failed' | 'cancelled'): void {
  upsertSearchAttributes([
    { key: STAGE, value: outcome },
    { key: AWAITING, value: null },
  ]);
}
