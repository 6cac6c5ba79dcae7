import type { SweepRequest } from '../../contracts/sweeps';
import type { Gate, StageName } from '../../contracts/vocabulary';

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

export interface ExpiredGate {
  job_id: string;
  gate: Gate;
  revision: number;
}

export interface ExpiryReport {
  /** Gates whose workflow was told that the deadline has passed (or, in a dry run, would be). */
  told: ExpiredGate[];
  /** Their workflow could not be told; the next sweep tries again. */
  failed: ExpiredGate[];
}

export interface PaidReport {
  /** Places at providers that lost workers had held. */
  freed_slots: number;
  /** Submits of unknown fate that their provider knows. */
  adopted: { job_id: string; stage: StageName; scene: number | null }[];
  /** Cancelled work of which the provider has said by now what it cost. */
  corrected: { job_id: string; stage: StageName; scene: number | null; cost_micro_usd: number }[];
  /** What ended jobs had left open, and what it cost; `possibly` where nobody knows whether it was billed. */
  settled: { job_id: string; stage: StageName; scene: number | null; cost_micro_usd: number; possibly: boolean }[];
  /** Jobs whose parked work may go on. */
  unparked: string[];
}

export interface AssetReport {
  /** Nothing refers to these; a later sweep looks again and erases them. */
  orphaned: string[];
  /** Orphans that were made unreadable. */
  erased: string[];
  /** Assets whose bytes were removed from storage. */
  removed: string[];
}

export interface ErasureReport {
  /** Jobs of revoked avatars that were asked to end. */
  stopped: string[];
  /** Revoked avatars of which nothing is left but finished films and the proof of consent. */
  erased: { avatar_id: string; assets: number }[];
  /** Revoked avatars of whose voice a provider still has a clone, by number: it could not be asked, and is asked again. */
  left_at_providers: { avatar_id: string; voices: number }[];
}

export interface RetentionReport {
  /** Jobs whose events and deliveries were forgotten. */
  events_of: string[];
  /** Jobs of which only the result was kept. */
  thinned: string[];
  /** Number of assets erased with them. */
  assets: number;
}

/** What the maintenance workflows do. Each is safe to repeat and safe beside itself. */
export interface MaintenanceActivities {
  start_pending_jobs(request: SweepRequest): Promise<StartReport>;
  end_lost_jobs(request: SweepRequest): Promise<LostReport>;
  expire_gates(request: SweepRequest): Promise<ExpiryReport>;
  settle_paid_work(request: SweepRequest): Promise<PaidReport>;
  collect_assets(request: SweepRequest): Promise<AssetReport>;
  erase_avatars(request: SweepRequest): Promise<ErasureReport>;
  apply_retention(request: SweepRequest): Promise<RetentionReport>;
}
