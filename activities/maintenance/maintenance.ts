import type { StageName } from '../../contracts/vocabulary';

export interface SweepRequest {
  /** Changes nothing, reports what it would do. */
  dry_run?: boolean;
  /** Leaves alone what is younger; each sweep has its own default. */
  older_than_ms?: number;
}

export interface StartReport {
  /** Ids of jobs whose workflow was started (or, in a dry run, would be). */
  started: string[];
  /** Their workflow is there already and has ended: `endLostJobs` ends them. */
  refused: string[];
  /** The start did not work; the next sweep tries again. */
  failed: string[];
}

export interface LostReport {
  /** Jobs that were ended because their workflow is gone. */
  ended: { job_id: string; outcome: 'failed' | 'cancelled'; resumable_from: StageName | null }[];
  /** Workflow ids that were terminated because their job has ended. */
  terminated: string[];
}

/** What the maintenance workflows do. Each is safe to repeat and safe beside itself. */
export interface MaintenanceActivities {
  start_pending_jobs(request: SweepRequest): Promise<StartReport>;
  end_lost_jobs(request: SweepRequest): Promise<LostReport>;
}
