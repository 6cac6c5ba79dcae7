import { getClient } from '@temporalio/activity';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { listUnstarted, type StartableJob } from '../../db/pending-starts';
import { workflowStart } from '../../workflows/start-options';
import type { Deps } from '../deps';
import type { MaintenanceActivities, StartReport } from './maintenance';
import { jobIdOf, runningWorkflows } from './running-workflows';

/** The API starts a job at once; only what is older was left behind. */
const OLDER_THAN_MS = 5_000;
const JOBS_A_SWEEP = 500;
/** A start costs the server 10 to 20 CPU-ms: more at once only queue there. */
const STARTS_AT_ONCE = 8;

/** Starts every accepted job that has no workflow, as the API would have. */
export function startPendingJobs(deps: Deps): MaintenanceActivities['start_pending_jobs'] {
  return async ({ dry_run = false, older_than_ms = OLDER_THAN_MS, tenant = null }) => {
    const report: StartReport = { started: [], refused: [], failed: [] };
    const jobs = await findPending(deps, { before: new Date(deps.now().getTime() - older_than_ms), tenant });
    if (dry_run) return { ...report, started: jobs.map((job) => job.job_id) };
    for (let at = 0; at < jobs.length; at += STARTS_AT_ONCE) {
      await Promise.all(jobs.slice(at, at + STARTS_AT_ONCE).map(async (job) => report[await start(deps, job)].push(job.job_id)));
    }
    if (jobs.length > 0) deps.log.info({ started: report.started.length, failed: report.failed.length }, 'started jobs that were left behind');
    return report;
  };
}

/** Jobs whose workflow waits for a worker are accepted too, so those that visibility knows are left out. */
async function findPending(deps: Deps, wanted: { before: Date; tenant: string | null }): Promise<StartableJob[]> {
  const [any] = await listUnstarted(deps.pool, { ...wanted, limit: 1, except: [] });
  if (!any) return [];
  const except = [...(await runningWorkflows())].map(jobIdOf);
  return listUnstarted(deps.pool, { ...wanted, limit: JOBS_A_SWEEP, except });
}

/** One job that cannot be started keeps no other from its start. */
async function start(deps: Deps, job: StartableJob): Promise<keyof StartReport> {
  const workflow = workflowStart(job);
  if (!workflow) return 'failed';
  try {
    await getClient().workflow.start(workflow.type, workflow.options);
    return 'started';
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return 'refused';
    deps.log.warn({ job_id: job.job_id, reason: error instanceof Error ? error.message : String(error) }, 'a job could not be started');
    return 'failed';
  }
}
