import type { AdapterInfo, Traits, WorkContext } from '../adapters/capabilities/adapter';
import type { StageOutputs } from '../contracts/stages';
import type { StageName } from '../contracts/vocabulary';
import type { JobFacts } from '../db/job-state';
import type { Db } from '../db/pool';
import type { Adapters, Deps } from './deps';

/** Who does a stage's work, as far as its records and its order of steps depend on it. */
export type Performer = Pick<AdapterInfo, 'family' | 'model'> & Partial<Pick<AdapterInfo, 'capability'>> & { traits: Pick<Traits, 'cost'> };

/** What one stage does, given its input: media logic only. Records, retries, assets and events are the wrapper's. */
export interface StageWork<Name extends StageName, Input> {
  /** The adapter that does the work; its model is part of the execution key. Null where no provider is involved. */
  adapter?(adapters: Adapters): Performer | null;
  perform(work: Work<Input>): Promise<StageOutputs[Name]>;
  /** Rows that belong to the finished step and are written in its transaction. */
  commit?(db: Db, done: { output: StageOutputs[Name]; input: Input; job: JobFacts; now: Date }): Promise<void>;
  /** Number of scenes, for the one stage that decides it. */
  scenes?(output: StageOutputs[Name]): number;
}

/** The work of every stage of a table. One that is missing, or made for another input, does not compile. */
export type WorkOf<Inputs> = { [Name in keyof Inputs & StageName]: StageWork<Name, Inputs[Name]> };

/** Some stage's work, its types erased: `WorkOf` has checked them. */
export type AnyWork = StageWork<StageName, unknown>;

export interface Work<Input> {
  input: Input;
  job: JobFacts;
  scene: number | null;
  deps: Deps;
  /** Of the family that does this item's work. */
  adapters: Adapters;
  context: WorkContext;
}
