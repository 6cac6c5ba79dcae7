import type { Decision, Gate, Queue, StageName } from './vocabulary';

/**
 * A job's frozen plan: the topology that one run follows, worked out before the workflow starts and passed as its
 * argument, so that newer code replays older runs. Labels, timeouts and input functions are not here: they are looked up
 * by stage name in code, so that a fix reaches running jobs.
 */
export interface FrozenPlan {
  version: 1;
  table: TableName;
  /** Rows that run or whose outputs are known, in table order. */
  rows: FrozenRow[];
  /** Stages of the table that are off this job's route. */
  skipped: StageName[];
  /** Number of scenes where it is known beforehand (a known storyboard); else null until `storyboard` ends. */
  scenes: number | null;
  /**
   * Part of every execution key: empty for a first run; the retry's job id where somebody asked for the work to be done
   * again, so that asking again gives a new take even from the same input.
   */
  take: string;
  /** How many items of one job run at the same time. */
  concurrency: number;
  /** Set where closing the job takes more than its last stage's transaction (a retry of one stage alone marks what is stale). */
  close_apart?: boolean;
}

export type TableName = 'avatar_creation' | 'avatar_output' | 'voice_cloning' | 'marketing_cut';

export interface FrozenRow {
  stage: StageName;
  needs: StageName[];
  /** One item per scene. */
  each: boolean;
  /** Queue of the chosen adapter; null stays with the workflow's own queue. */
  queue: Extract<Queue, 'provider' | 'media'> | null;
  /** Family of the chosen adapter, shown to operators beside the scene. */
  family?: string;
  /** Families that may take over, in order, when the first cannot; each with the queue of its work. */
  fallbacks?: { family: string; queue: FrozenRow['queue'] }[];
  gate: FrozenGate | null;
  /** Items whose outputs are known: 'all' for a row without scenes, else scene numbers. They are never run. */
  known: 'all' | number[];
}

export interface FrozenGate {
  name: Gate;
  /** Stages to make again for the scenes that a reviewer names. */
  remakes: StageName[];
  /** Scenes that need no decision any more: approved in an earlier job, or brought along as approved. */
  approved: 'all' | number[];
  deadline_ms: number | null;
  on_deadline: 'fail' | 'approve' | null;
}

/** One piece of work: a stage, or a stage and a scene, in one generation. The argument of every stage activity. */
export interface StageTask {
  job_id: string;
  stage: StageName;
  scene: number | null;
  /** Scenes of the film, null while unknown. */
  scenes: number | null;
  generation: number;
  revision: number;
  take: string;
  /** Generations of the outputs that the input is made of: one number, or one for each scene. */
  needs: Partial<Record<StageName, number | number[]>>;
  /** Set when a reviewer asked for this work again: the decision holds the words. */
  remake: { decision_id: string; scenes: number[] | null } | null;
  /** Progress of the job in percent when this item starts and when it ends. */
  percent: { before: number; after: number };
  /** Set when another family than the plan's first choice does this item. */
  family?: string;
  /** The last item of the plan: its transaction also completes the job. */
  final: boolean;
}

/** What a stage activity gives back to the workflow: small, and without anything of the content. */
export type StageResult =
  | { kind: 'done'; generation: number; digest: string; scenes?: number }
  | { kind: 'parked'; reason: 'budget' | 'submit_unknown' };

/** A reviewer's decision as the signal `decide` carries it. Words (`note`, `edits`) may stay in Postgres. */
export interface DecisionSignal {
  decision_id: string;
  gate: Gate;
  decision: Decision;
  revision: number;
  scenes?: number[] | null;
  note?: string | null;
  decided_by: string;
  edits?: unknown;
}

/** What became of a decision. `early` waits for its gate, the others are final. */
export const DECISION_FATES = ['recorded', 'early', 'applied', 'stale', 'gate_not_open', 'no_effect'] as const;
export type DecisionFate = (typeof DECISION_FATES)[number];

/** What a stage's failure looks like to the workflow: a code of contracts/errors.ts and where. */
export interface StageFailure {
  stage: StageName;
  scene: number | null;
  code: string;
  message: string;
  errors: { pointer: string; message: string }[];
}

/** The argument of a pipeline workflow. */
export interface PipelineInput {
  job_id: string;
  tenant: string;
  plan: FrozenPlan;
}
