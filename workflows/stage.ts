import type { StageOutputs } from '../contracts/stages';
import type { Gate, StageName } from '../contracts/vocabulary';

/** Stages with one item per scene. */
export const EACH_STAGES = ['speech', 'backgrounds', 'scene_assets', 'broll_pose', 'lip_sync', 'enhance'] as const;
export type EachStage = (typeof EACH_STAGES)[number];

/** Stages that a route may leave out; whoever needs one gets null then. */
export const OPTIONAL_STAGES = ['broll_pose', 'voice_profile', 'persist'] as const;
export type OptionalStage = (typeof OPTIONAL_STAGES)[number];

/** A reviewer's words, loaded from the decision that asked for work to be done again. */
export interface Remake {
  scenes: number[] | null;
  note: string | null;
  edits: unknown;
}

type DocumentOf<Need extends StageName, Each extends boolean> = Need extends EachStage
  ? Each extends true
    ? StageOutputs[Need]
    : StageOutputs[Need][]
  : StageOutputs[Need];

/** The documents of a row's needs: of its own scene for a row per scene, of all scenes in order for a join. */
export type Documents<Needs extends StageName, Each extends boolean> = {
  [Need in Needs]: DocumentOf<Need, Each> | (Need extends OptionalStage ? null : never);
};

/** Everything a row's input may be made of. Whatever it selects is hashed, so it must not select more than it needs. */
export interface InputContext<Snapshot, Name extends StageName, Needs extends StageName, Each extends boolean> {
  snapshot: Snapshot;
  docs: Documents<Needs, Each>;
  scene: Each extends true ? number : null;
  /** Set when a reviewer asked for this again; `previous` is what they saw. */
  remake: Remake | null;
  previous: StageOutputs[Name] | null;
}

export interface Row<
  Snapshot = never,
  Name extends StageName = StageName,
  Needs extends StageName = StageName,
  Each extends boolean = boolean,
  Input = unknown,
> {
  stage: Name;
  /** Words for people: "Generating audio". */
  label: string;
  needs: readonly Needs[];
  each: Each;
  /** `control` stays with the workflow's own queue; `work` goes where the chosen adapter's traits say. */
  class: 'control' | 'work';
  /** Rough share of a job's time, for the percentage. */
  weight: number;
  gate?: { name: Gate; remakes: readonly StageName[] };
  /** On which jobs the stage runs; always when left out. */
  when?(snapshot: Snapshot): boolean;
  /** The slice of the needs that this item depends on; canonical JSON, without times outside its own scene. */
  input(context: InputContext<Snapshot, Name, Needs, Each>): Input;
}

/** The stages whose per-scene nature is fixed by `EACH_STAGES`: a wrong `each` does not compile. */
type EachOf<Name extends StageName> = Name extends EachStage ? true : false;

/**
 * Builds one row of a stage table. The compiler refuses an unknown stage, an input that reads a document outside
 * `needs`, and a per-scene stage written as a join or the other way round.
 */
export function rowsFor<Snapshot>() {
  return function stage<const Name extends StageName, const Needs extends StageName, Input>(
    row: Row<Snapshot, Name, Needs, EachOf<Name>, Input>,
  ): Row<Snapshot, Name, Needs, EachOf<Name>, Input> {
    return row;
  };
}

/** What a stage's activity receives, worked out from its table. */
export type InputsOf<Table extends readonly { stage: StageName; input: (context: never) => unknown }[]> = {
  [R in Table[number] as R['stage']]: ReturnType<R['input']>;
};
