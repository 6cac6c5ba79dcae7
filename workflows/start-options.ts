import type { FrozenPlan, PipelineInput } from '../contracts/plan';
import type { JobType, Queue } from '../contracts/vocabulary';

/** What a workflow start needs of a job's row. */
export interface StartRequest {
  job_id: string;
  tenant: string;
  job_type: JobType;
  route: string;
  avatar_id: string | null;
  priority: number;
  plan: FrozenPlan;
  parent_job_id: string | null;
}

const WORKFLOWS: Record<JobType, { type: string; queue: Queue } | null> = {
  avatar_creation: { type: 'avatarCreation', queue: 'avatar' },
  avatar_output: { type: 'avatarOutput', queue: 'avatar' },
  voice_cloning: { type: 'voiceCloning', queue: 'avatar' },
  output_retry: { type: 'retryJob', queue: 'retry' },
  background_regeneration: { type: 'retryJob', queue: 'retry' },
  marketing_cut: { type: 'marketingCut', queue: 'marketing' },
  script_approval: null,
  storyboard_approval: null,
  background_approval: null,
  video_asset_approval: null,
};

/** Types of the workflows that carry a job, also as the child of a retry. */
export const JOB_WORKFLOW_TYPES: string[] = [...new Set(Object.values(WORKFLOWS).flatMap((workflow) => (workflow ? [workflow.type] : [])))];

/**
 * Type and options of a job's workflow, the same whoever starts it: the API at once, or the sweep that finds it later.
 * Starting twice is harmless: a running workflow is kept, an ended one refuses. Null for a job that has no workflow.
 */
export function workflowStart(job: StartRequest) {
  const workflow = WORKFLOWS[startedType(job)];
  if (!workflow) return null;
  const args: [PipelineInput] = [{ job_id: job.job_id, tenant: job.tenant, plan: job.plan }];
  return {
    type: workflow.type,
    options: {
      workflowId: job.job_id,
      taskQueue: workflow.queue,
      args,
      workflowIdReusePolicy: 'REJECT_DUPLICATE' as const,
      workflowIdConflictPolicy: 'USE_EXISTING' as const,
      typedSearchAttributes: searchAttributes(job),
      priority: { priorityKey: job.priority, fairnessKey: job.tenant },
      staticSummary: `${job.job_type} · ${job.route} · ${job.tenant}`,
      staticDetails: detailsOf(job),
    },
  };
}

/** A decision on an ended job resumes it, whatever the approval's own type. */
function startedType(job: StartRequest): JobType {
  return job.parent_job_id !== null && job.plan.table !== 'marketing_cut' ? 'output_retry' : job.job_type;
}

function searchAttributes(job: StartRequest) {
  const first = job.plan.rows[0]?.stage;
  return [
    keyword('AvatarJobType', job.job_type),
    keyword('AvatarTenant', job.tenant),
    keyword('AvatarRoute', job.route),
    ...(first ? [keyword('AvatarStage', first)] : []),
    ...(job.avatar_id ? [keyword('AvatarId', job.avatar_id)] : []),
  ];
}

function keyword(name: string, value: string) {
  return { key: { name, type: 'KEYWORD' as const }, value };
}

function detailsOf(job: StartRequest): string {
  const lines = [
    `Job \`${job.job_id}\` of tenant \`${job.tenant}\`: ${job.job_type}, route ${job.route}.`,
    ...(job.parent_job_id ? [`${job.job_type === 'marketing_cut' ? 'Cuts from' : 'Resumes'} \`${job.parent_job_id}\`.`] : []),
    `Stages: ${job.plan.rows.map((row) => row.stage).join(' → ')}.`,
  ];
  return lines.join('\n\n');
}
