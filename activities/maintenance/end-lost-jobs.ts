import { getClient, heartbeat } from '@temporalio/activity';
import { WorkflowNotFoundError } from '@temporalio/common';
import { ERRORS } from '../../contracts/errors';
import { filterEnded, listOpenJobs, loadResumePoint, type OpenJob } from '../../db/maintenance';
import { firstUnfinished } from '../../workflows/resume-point';
import type { Deps } from '../deps';
import { closeJob } from '../jobs/close-job';
import type { LostReport, MaintenanceActivities } from './maintenance';
import { jobIdOf, pipelineId, runningWorkflows, stateOfWorkflow } from './running-workflows';

/** Younger jobs may not be in visibility yet, and asking for each alone costs the server more. */
const OLDER_THAN_MS = 15_000;
/** A workflow outlives its job by milliseconds; one that a killed worker left needs the workflow task's timeout more. */
const ENDED_SINCE_MS = 300_000;

/**
 * Brings jobs and workflows together where somebody ended one of them from outside: a job whose workflow was terminated,
 * failed, timed out or is gone is ended as `workflow_lost`; a workflow whose job has ended is terminated, for instance a
 * retry that waits for a pipeline of which a reset lost sight.
 */
export function endLostJobs(deps: Deps): MaintenanceActivities['end_lost_jobs'] {
  return async ({ dry_run = false, older_than_ms, tenant = null }) => {
    const now = deps.now().getTime();
    // Jobs first: one that ends between the two readings is then found ended when it is to be closed.
    const jobs = await listOpenJobs(deps.pool, new Date(now - (older_than_ms ?? OLDER_THAN_MS)), tenant);
    const running = await runningWorkflows();
    const ended: LostReport['ended'] = [];
    for (const job of jobs) {
      if (running.has(job.job_id) || running.has(pipelineId(job.job_id))) continue;
      heartbeat({ job_id: job.job_id });
      if (await isLost(job)) ended.push(await endLost(deps, job, dry_run));
    }
    const left = await findLeftBehind(deps, running, { before: new Date(now - (older_than_ms ?? ENDED_SINCE_MS)), tenant });
    if (!dry_run) for (const workflowId of left) await terminate(workflowId);
    return { ended, terminated: left };
  };
}

/** An accepted job without a workflow is not lost: it is started by the other sweep. */
async function isLost(job: OpenJob): Promise<boolean> {
  const state = await stateOfWorkflow(job.job_id);
  if (state === 'open' || (state === 'absent' && job.status === 'accepted')) return false;
  return (await stateOfWorkflow(pipelineId(job.job_id))) !== 'open';
}

async function endLost(deps: Deps, job: OpenJob, dryRun: boolean): Promise<LostReport['ended'][number]> {
  const point = await loadResumePoint(deps.pool, job.job_id);
  const resumable_from = point && firstUnfinished(point);
  const outcome = job.status === 'cancelling' ? 'cancelled' : 'failed';
  if (dryRun) return { job_id: job.job_id, outcome, resumable_from };
  const failures = resumable_from
    ? [{ stage: resumable_from, scene: null, code: 'workflow_lost', message: ERRORS.workflow_lost.sentence, errors: [] }]
    : [];
  await closeJob(deps)({ job_id: job.job_id, outcome, failures, resumable_from });
  deps.log.warn({ job_id: job.job_id, outcome, resumable_from }, 'ended a job whose workflow is gone');
  return { job_id: job.job_id, outcome, resumable_from };
}

async function findLeftBehind(deps: Deps, running: ReadonlySet<string>, since: { before: Date; tenant: string | null }): Promise<string[]> {
  const ended = new Set(await filterEnded(deps.pool, [...new Set([...running].map(jobIdOf))], since));
  return [...running].filter((workflowId) => ended.has(jobIdOf(workflowId))).sort();
}

async function terminate(workflowId: string): Promise<void> {
  try {
    await getClient().workflow.getHandle(workflowId).terminate('Its job has ended already.');
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}
