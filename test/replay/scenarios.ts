import { stageRouting } from '../../adapters/stage-routing';
import { planCuts, planVoice } from '../../api/accept/planning';
import type { DecisionSignal, FrozenPlan } from '../../contracts/plan';
import type { MarketingSnapshot, OutputSnapshot, VoiceSnapshot } from '../../contracts/snapshot';
import type { Gate } from '../../contracts/vocabulary';
import { findRetrySource } from '../../db/retry-source';
import { planRetry } from '../../workflows/plan-retry';
import { firstUnfinished, knownItems } from '../../workflows/resume-point';
import { eventually } from '../support/eventually';
import type { Orchestra } from '../support/orchestra';
import { creationPlan, outputPlan } from '../support/plans';
import { creationSnapshot, outputSnapshot } from '../support/snapshots';
import { NOTHING } from '../support/trivial-family';

/** What a recording can do: the orchestra, and which stage of which scene breaks next. */
export interface Stage {
  orchestra: Orchestra;
  breakAt(item: string | null): void;
  setScenes(count: number): void;
}

/** Runs jobs to their end and says which workflow's history is kept under which name. */
export type Scenario = (stage: Stage) => Promise<Record<string, string>>;

type Output = Partial<OutputSnapshot>;
type Change = Omit<DecisionSignal, 'decided_by' | 'decision_id' | 'gate'>;

async function submitOutput({ orchestra }: Stage, change: Output, replan: (plan: FrozenPlan) => FrozenPlan = (plan) => plan): Promise<string> {
  const snapshot = outputSnapshot(change);
  return orchestra.submit({ workflow: 'avatarOutput', snapshot, plan: replan(outputPlan(snapshot)) });
}

function output(name: string, change: Output, scenes = 3): Scenario {
  return async (stage) => {
    stage.setScenes(scenes);
    const jobId = await submitOutput(stage, change);
    await stage.orchestra.ended(jobId);
    return { [name]: jobId };
  };
}

/** Submits with one gate, sends a decision for each round in turn, and waits for the end. */
function gated(name: string, gate: Gate, rounds: Change[][]): Scenario {
  return async (stage) => {
    stage.setScenes(3);
    const jobId = await submitOutput(stage, { require_approval: [gate] });
    for (const [round, decisions] of rounds.entries()) {
      await untilOpen(stage, { jobId, gate, revision: round + 1 });
      for (const [index, change] of decisions.entries()) {
        await stage.orchestra.handle(jobId).signal('decide', { decision_id: `d${round + 1}-${index + 1}`, gate, decided_by: 'rev@example.com', ...change });
      }
    }
    await stage.orchestra.ended(jobId);
    return { [name]: jobId };
  };
}

async function untilOpen({ orchestra }: Stage, at: { jobId: string; gate: Gate; revision: number }): Promise<void> {
  await eventually(`gate ${at.gate} revision ${at.revision} is open`, async () => {
    const { rowCount } = await orchestra.pool.query('select 1 from gates where job_id = $1 and gate = $2 and revision = $3 and closed_at is null', [at.jobId, at.gate, at.revision]);
    return rowCount === 1;
  });
}

const cancelledAtGate: Scenario = async (stage) => {
  stage.setScenes(2);
  const jobId = await submitOutput(stage, { require_approval: ['storyboard'] });
  await untilOpen(stage, { jobId, gate: 'storyboard', revision: 1 });
  await stage.orchestra.handle(jobId).cancel();
  await stage.orchestra.ended(jobId);
  return { cancelled_at_gate: jobId };
};

/** A stage fails in one scene; the retry takes over what the others made. */
const failedAndRetried: Scenario = async (stage) => {
  stage.setScenes(3);
  stage.breakAt('lip_sync/2');
  const failed = await submitOutput(stage, {});
  await stage.orchestra.ended(failed);
  stage.breakAt(null);
  const retry = await submitRetry(stage, failed);
  await stage.orchestra.ended(retry);
  return { stage_failed: failed, retry_parent: retry, retry_pipeline: `${retry}/pipeline` };
};

async function submitRetry({ orchestra }: Stage, failed: string): Promise<string> {
  const source = await findRetrySource(orchestra.pool, 'demo', failed);
  const from_stage = source && firstUnfinished(source);
  if (!source || !from_stage) throw new Error('There is nothing to resume.');
  const plan = planRetry({
    parent: { ...source.plan, scenes: source.scenes },
    finished: knownItems(source.plan.rows, source.finished),
    ...{ from_stage, scope: 'downstream', scenes: null, keep_finished: true, job_id: 'take', approved: {} },
  });
  return orchestra.submit({ workflow: 'retryJob', queue: 'retry', snapshot: source.snapshot, plan, parent_job_id: failed });
}

/**
 * A plan as another version of the table would have frozen it: backgrounds only after speech, and no cutaways in a film
 * that would have them today.
 */
export function planOfAnotherTable(plan: FrozenPlan): FrozenPlan {
  const rows = plan.rows
    .filter((row) => row.stage !== 'broll_pose')
    .map((row) => ({ ...row, needs: row.needs.filter((need) => need !== 'broll_pose') }))
    .map((row) => (row.stage === 'backgrounds' ? { ...row, needs: [...row.needs, 'speech' as const] } : row));
  return { ...plan, rows, skipped: [...plan.skipped, 'broll_pose'] };
}

const anotherTable: Scenario = async (stage) => {
  stage.setScenes(2);
  const jobId = await submitOutput(stage, { mode: 'b_roll' }, planOfAnotherTable);
  await stage.orchestra.ended(jobId);
  return { another_table: jobId };
};

function creation(name: string, change: Parameters<typeof creationSnapshot>[0]): Scenario {
  return async ({ orchestra }) => {
    const snapshot = creationSnapshot(change);
    const jobId = await orchestra.submit({ workflow: 'avatarCreation', snapshot, plan: creationPlan(snapshot) });
    await orchestra.ended(jobId);
    return { [name]: jobId };
  };
}

const ROUTING = { queues: stageRouting(() => [{ family: 'local', queue: 'media' }]).queues };

const voice: Scenario = async ({ orchestra }) => {
  const { consent } = creationSnapshot();
  const snapshot: VoiceSnapshot = { contract: 'v3', job_type: 'voice_cloning', avatar: null, name: 'Ada', voice_sample: NOTHING, consent };
  const jobId = await orchestra.submit({ workflow: 'voiceCloning', snapshot, plan: planVoice(snapshot, ROUTING) });
  await orchestra.ended(jobId);
  return { voice_cloning: jobId };
};

/** Cuts of a film that another job made; the queue is another one only because no worker serves `marketing` here. */
const cuts: Scenario = async (stage) => {
  const film = await submitOutput(stage, { mode: 'single_scene' });
  await stage.orchestra.ended(film);
  const cut = { name: 'story', aspect_ratio: '9:16', captions: 'burned', max_duration_ms: 6_000 } as const;
  const snapshot: MarketingSnapshot = { contract: 'v3', job_type: 'marketing_cut', source_job_id: film, cuts: [cut] };
  const jobId = await stage.orchestra.submit({ workflow: 'marketingCut', snapshot, plan: planCuts(snapshot, ROUTING), parent_job_id: film });
  await stage.orchestra.ended(jobId);
  return { marketing_cut: jobId };
};

/** Cancelled before a worker has taken its first task, so it never has a pipeline. */
const retryCancelledEarly: Scenario = async (stage) => {
  const { orchestra } = stage;
  const film = await submitOutput(stage, { mode: 'single_scene' });
  await orchestra.ended(film);
  await orchestra.stopWorkers();
  const retry = await submitRetry(stage, film);
  await orchestra.handle(retry).cancel();
  await orchestra.startWorkers();
  await orchestra.ended(retry);
  return { retry_cancelled_early: retry };
};

/** One for each route and gate outcome. */
export const SCENARIOS: Scenario[] = [
  creation('avatar_creation', {}),
  creation('avatar_creation_with_voice', { voice_sample: NOTHING, avatar_id: `av_${'b'.repeat(32)}` }),
  output('output_single_scene', { mode: 'single_scene' }, 1),
  output('output_multi_scene', { mode: 'multi_scene' }),
  output('output_b_roll', { mode: 'b_roll' }),
  output('output_pose', { mode: 'pose' }),
  gated('gate_approved', 'script', [[{ decision: 'approved', revision: 1 }]]),
  gated('gate_partial_then_changes', 'backgrounds', [
    [
      { decision: 'approved', revision: 1, scenes: [1, 3] },
      { decision: 'changes_requested', revision: 1, scenes: [2], note: 'calmer' },
    ],
    [
      { decision: 'approved', revision: 1 },
      { decision: 'approved', revision: 2 },
    ],
  ]),
  gated('gate_rough_cut_changes', 'video_assets', [[{ decision: 'changes_requested', revision: 1, scenes: [2] }], [{ decision: 'approved', revision: 2 }]]),
  gated('gate_edits', 'storyboard', [[{ decision: 'approved', revision: 1, edits: { scenes: { 2: { transcript: 'Shorter 2' } } } }]]),
  gated('gate_rejected', 'storyboard', [[{ decision: 'rejected', revision: 1 }]]),
  output('gate_deadline_approve', { require_approval: ['storyboard'], approval_deadline_ms: 1_000, on_deadline: 'approve' }),
  output('gate_deadline_fail', { require_approval: ['storyboard'], approval_deadline_ms: 1_000, on_deadline: 'fail' }),
  failedAndRetried,
  cancelledAtGate,
  anotherTable,
  voice,
  cuts,
  retryCancelledEarly,
];
