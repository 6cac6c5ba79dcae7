import type { AdapterInfo, WorkContext } from '../adapters/capabilities/adapter';
import type { StageOutputs } from '../contracts/stages';
import type { StageName } from '../contracts/vocabulary';
import type { JobFacts } from '../db/job-state';
import type { Db } from '../db/pool';
import type { Deps } from './deps';

/** What one stage does, given its input: media logic only. Records, retries, assets and events are the wrapper's. */
export interface StageWork<Name extends StageName, Input> {
  /** The adapter that does the work; its model is part of the execution key. Null where no provider is involved. */
  adapter?(deps: Deps): Pick<AdapterInfo, 'family' | 'model'> | null;
  perform(work: Work<Input>): Promise<StageOutputs[Name]>;
  /** Rows that belong to the finished step and are written in its transaction. */
  commit?(db: Db, done: { output: StageOutputs[Name]; input: Input; job: JobFacts; now: Date }): Promise<void>;
  /** Number of scenes, for the one stage that decides it. */
  scenes?(output: StageOutputs[Name]): number;
}

export interface Work<Input> {
  input: Input;
  job: JobFacts;
  scene: number | null;
  deps: Deps;
  context: WorkContext;
}
