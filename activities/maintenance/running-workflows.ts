import { getClient } from '@temporalio/activity';
import { WorkflowNotFoundError } from '@temporalio/common';
import { JOB_WORKFLOW_TYPES } from '../../workflows/start-options';

const TYPES = JOB_WORKFLOW_TYPES.map((type) => `'${type}'`).join(', ');

/** Ids of the open workflows of all jobs, as visibility shows them: it may be seconds behind, so it proves nothing alone. */
export async function runningWorkflows(): Promise<Set<string>> {
  const running = new Set<string>();
  for await (const { workflowId } of getClient().workflow.list({ query: `ExecutionStatus = 'Running' AND WorkflowType IN (${TYPES})` })) {
    running.add(workflowId);
  }
  return running;
}

/** Where a workflow stands by the server's own record. */
export async function stateOfWorkflow(workflowId: string): Promise<'open' | 'closed' | 'absent'> {
  try {
    const { status } = await getClient().workflow.getHandle(workflowId).describe();
    return status.name === 'RUNNING' || status.name === 'PAUSED' ? 'open' : 'closed';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'absent';
    throw error;
  }
}

/** The pipeline of a resumed job runs as a child under this id. */
export function pipelineId(jobId: string): string {
  return `${jobId}/pipeline`;
}

/** The job whose workflow, or whose pipeline, this is. */
export function jobIdOf(workflowId: string): string {
  return workflowId.split('/')[0] ?? workflowId;
}
