import type { StageFailure } from '../../contracts/plan';
import type { StageName } from '../../contracts/vocabulary';
import type { GateView } from '../../workflows/engine/gates';
import type { SettledDecision } from '../../workflows/engine/decide';

/** Activities that are not stages: they keep the job's record in step with its workflow. */
export interface BookkeepingActivities {
  /** Stores which gates are open now and what became of decisions. */
  sync_gates(request: { job_id: string; views: GateView[]; settled: SettledDecision[] }): Promise<void>;
  /** Ends the job's record; a job that has ended stays as it is. */
  close_job(request: CloseRequest): Promise<void>;
  /** Writes the records of what a retry takes over from earlier jobs. */
  seed_prior_outputs(request: { job_id: string }): Promise<void>;
  /** Returns when the job has ended in Postgres. */
  follow_job(request: { job_id: string }): Promise<void>;
}

export interface CloseRequest {
  job_id: string;
  outcome: 'completed' | 'failed' | 'cancelled';
  failures: StageFailure[];
  resumable_from: StageName | null;
}
