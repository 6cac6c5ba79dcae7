import { CancellationScope, condition, proxyActivities, setCurrentDetails, setHandler, sleep, upsertSearchAttributes } from '@temporalio/workflow';
import { defineSearchAttributeKey } from '@temporalio/common';
import type { PipelineInput } from '../contracts/plan';
import type { BookkeepingActivities } from '../activities/jobs/bookkeeping';
import type { Gate } from '../contracts/vocabulary';
import { progressOf, writerOfDetails } from './details';
import type { SettledDecision } from './engine/decide';
import type { GateView } from './engine/gates';
import { WakingInbox, type Inbox } from './engine/inbox';
import type { Ports, RunEvent } from './engine/run-plan';
import type { Item, RunState } from './engine/schedule';
import { decideSignal, expireSignal, progressQuery, unparkSignal } from './messages';
import { performItem, POLICIES } from './perform-item';
import { rowOf, tableOf } from './tables';

const AWAITING = defineSearchAttributeKey('AvatarAwaiting', 'KEYWORD');
const STAGE = defineSearchAttributeKey('AvatarStage', 'KEYWORD');

/** A stage that takes this share of the weights is worth a search attribute of its own; upserting at each costs a third of the throughput. */
const LONG_STAGE_WEIGHT = 12;

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
      performItem({ item, task }, (event) => {
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

/** Operators can filter by the long stages. */
function announce(input: PipelineInput, { row, scene }: Item): void {
  if (rowOf(input.plan.table, row.stage).weight < LONG_STAGE_WEIGHT || (scene !== null && scene !== 1)) return;
  upsertSearchAttributes([{ key: STAGE, value: row.stage }]);
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
