import { heartbeat } from '@temporalio/activity';
import { inTransaction } from '../../db/pool';
import { deleteEvents, listIntermediates, listJobsWithOldEvents, listThinnable, thinJobs, type ThinnableJob } from '../../db/retention';
import type { Deps } from '../deps';
import type { MaintenanceActivities, RetentionReport } from './maintenance';

const JOBS_A_SWEEP = 200;

/**
 * Forgets what the settings say need not be kept: events of ended jobs with the audit of their delivery, and what the stages
 * of ended jobs left behind, without their results. Off where the settings say nothing; a dry run with an age of its own says
 * what would go at that age.
 */
export function applyRetention(deps: Deps): MaintenanceActivities['apply_retention'] {
  return async ({ dry_run = false, older_than_ms, tenant = null }) => {
    const now = deps.now();
    const report: RetentionReport = { events_of: [], thinned: [], assets: 0 };
    const query = (keep_ms: number) => ({ before: new Date(now.getTime() - keep_ms), tenant, limit: JOBS_A_SWEEP });
    const events_ms = older_than_ms ?? deps.upkeep.keep_events_ms;
    if (events_ms !== null) {
      report.events_of = await listJobsWithOldEvents(deps.pool, query(events_ms));
      if (!dry_run) await inTransaction(deps.pool, (db) => deleteEvents(db, report.events_of));
    }
    const intermediates_ms = older_than_ms ?? deps.upkeep.keep_intermediates_ms;
    if (intermediates_ms !== null) await thin(deps, { report, jobs: await listThinnable(deps.pool, query(intermediates_ms)), dry_run, now });
    return report;
  };
}

async function thin(deps: Deps, by: { report: RetentionReport; jobs: ThinnableJob[]; dry_run: boolean; now: Date }): Promise<void> {
  const { report, jobs, now } = by;
  for (const tenant of new Set(jobs.map((job) => job.tenant))) {
    heartbeat({ tenant });
    const job_ids = jobs.filter((job) => job.tenant === tenant).map((job) => job.job_id);
    const erase = () => inTransaction(deps.pool, (db) => thinJobs(db, tenant, { job_ids, now }));
    const assets = by.dry_run ? await listIntermediates(deps.pool, tenant, job_ids) : await erase();
    report.thinned.push(...job_ids);
    report.assets += assets.length;
  }
}
