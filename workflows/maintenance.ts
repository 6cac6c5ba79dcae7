import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { CallbackReport, CallbackSweep } from '../activities/callbacks/sweep-callbacks';
import type { AssetReport, ErasureReport, ExpiryReport, LostReport, MaintenanceActivities, PaidReport, RetentionReport, StartReport } from '../activities/maintenance/maintenance';
import type { SweepRequest } from '../contracts/sweeps';

// Runs every few seconds and mostly finds nothing: as a local activity it leaves half the history.
const { start_pending_jobs } = proxyLocalActivities<MaintenanceActivities>({
  startToCloseTimeout: '5 minutes',
  retry: { maximumAttempts: 3 },
});

const { apply_retention, collect_assets, end_lost_jobs, erase_avatars, expire_gates, settle_paid_work } = proxyActivities<MaintenanceActivities>({
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '30 seconds',
  // The schedule asks again anyway.
  retry: { maximumAttempts: 3 },
});

const { sweep_callbacks } = proxyLocalActivities<CallbackSweep>({
  startToCloseTimeout: '5 minutes',
  retry: { maximumAttempts: 3 },
});

/** Starts jobs that were accepted while Temporal was away. With `dry_run` it only says which. */
export async function startPendingJobs(request: SweepRequest = {}): Promise<StartReport> {
  return start_pending_jobs(request);
}

/** Ends jobs whose workflow is gone, and workflows whose job has ended. With `dry_run` it only says which. */
export async function endLostJobs(request: SweepRequest = {}): Promise<LostReport> {
  return end_lost_jobs(request);
}

/** Wakes the deliveries of jobs whose events are overdue. With `dry_run` it only says which. */
export async function sweepCallbacks(request: SweepRequest = {}): Promise<CallbackReport> {
  return sweep_callbacks(request);
}

/** Reminds workflows of gates whose deadline has passed. With `dry_run` it only says which. */
export async function expireGates(request: SweepRequest = {}): Promise<ExpiryReport> {
  return expire_gates(request);
}

/** Looks up submits of unknown fate, settles what ended jobs left open, lets parked work go on. With `dry_run` it only says what it would do. */
export async function settlePaidWork(request: SweepRequest = {}): Promise<PaidReport> {
  return settle_paid_work(request);
}

/** Stops jobs of revoked avatars, then erases what was made of them. With `dry_run` it only says which. */
export async function eraseAvatars(request: SweepRequest = {}): Promise<ErasureReport> {
  return erase_avatars(request);
}

/** Erases what nothing refers to, and the bytes of what was erased. With `dry_run` it only says which. */
export async function collectAssets(request: SweepRequest = {}): Promise<AssetReport> {
  return collect_assets(request);
}

/** Forgets what the settings say need not be kept. With `dry_run` it only says what. */
export async function applyRetention(request: SweepRequest = {}): Promise<RetentionReport> {
  return apply_retention(request);
}
