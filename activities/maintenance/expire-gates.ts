import { getClient, heartbeat } from '@temporalio/activity';
import { listOverdueGates, noteExpiryTold, type OverdueGate } from '../../db/gate-deadlines';
import type { Deps } from '../deps';
import type { ExpiryReport, MaintenanceActivities } from './maintenance';

/** The workflow's own timer comes first. */
const OLDER_THAN_MS = 60_000;
/** A workflow that cannot answer (a bad deploy) is reminded so often, not at every sweep. */
const REMIND_EVERY_MS = 600_000;
const GATES_A_SWEEP = 500;

/**
 * Tells workflows that a gate's deadline has passed, where their own timer did not: a workflow that was reset to before its
 * gate counts the time anew, and Postgres still knows the first. What then happens is the gate's `on_deadline`.
 */
export function expireGates(deps: Deps): MaintenanceActivities['expire_gates'] {
  return async ({ dry_run = false, older_than_ms = OLDER_THAN_MS, tenant = null }) => {
    const now = deps.now();
    const before = new Date(now.getTime() - older_than_ms);
    const told_before = new Date(now.getTime() - REMIND_EVERY_MS);
    const overdue = await listOverdueGates(deps.pool, { before, told_before, tenant, limit: GATES_A_SWEEP });
    const report: ExpiryReport = { told: [], failed: [] };
    if (dry_run) return { ...report, told: overdue };
    for (const gate of overdue) report[await tell(deps, gate, now)].push(gate);
    return report;
  };
}

async function tell(deps: Deps, { job_id, gate, revision }: OverdueGate, now: Date): Promise<keyof ExpiryReport> {
  heartbeat({ job_id });
  try {
    await getClient().workflow.getHandle(job_id).signal('expire', { gate, revision });
    await noteExpiryTold(deps.pool, { job_id, gate, revision }, now);
    return 'told';
  } catch (error) {
    deps.log.warn({ job_id, gate, reason: error instanceof Error ? error.name : 'unknown' }, 'a workflow could not be told of a deadline');
    return 'failed';
  }
}
