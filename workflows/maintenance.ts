import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { CallbackReport, CallbackSweep } from '../activities/callbacks/sweep-callbacks';
import type { ExpiryReport, LostReport, MaintenanceActivities, PaidReport, StartReport } from '../activities/maintenance/maintenance';
import type { SweepRequest } from '../contracts/sweeps';

// Runs every few seconds and mostly finds nothing: as a local activity it leaves half the history.
const { start_pending_jobs } = proxyLocalActivities<MaintenanceActivities>({
  startToCloseTimeout: '5 minutes',
  retry: { maximumAttempts: 3 },
});

const { end_lost_jobs, expire_gates, settle_paid_work } = proxyActivities<MaintenanceActivities>({
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

/** Looks up submits of unknown fate, frees places at providers, lets parked work go on. With `dry_run` it only says what it would do. */
export async function settlePaidWork(request: SweepRequest = {}): Promise<PaidReport> {
  return settle_paid_work(request);
}
