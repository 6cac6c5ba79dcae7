import {
  CancellationScope,
  condition,
  getExternalWorkflowHandle,
  isCancellation,
  ParentClosePolicy,
  patched,
  proxyActivities,
  setHandler,
  startChild,
  workflowInfo,
  type ExternalWorkflowHandle,
} from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { BookkeepingActivities } from '../activities/jobs/bookkeeping';
import type { PipelineInput, TableName } from '../contracts/plan';
import { decideSignal, expireSignal, unparkSignal } from './messages';
import { close_job } from './pipeline';
import { isWhole } from './plan-retry';

const { seed_prior_outputs } = proxyActivities<BookkeepingActivities>({
  startToCloseTimeout: '2 minutes',
  retry: { initialInterval: '500 ms', maximumInterval: '10 seconds', maximumAttempts: 30 },
});

const { follow_job } = proxyActivities<BookkeepingActivities>({
  // Only looks at Postgres until the job has ended there.
  startToCloseTimeout: '24 hours',
  heartbeatTimeout: '30 seconds',
  retry: { maximumInterval: '30 seconds' },
});

/** The pipeline as this workflow speaks to it. */
interface Pipeline {
  handle: Pick<ExternalWorkflowHandle, 'signal'>;
  /** Rejects where it has failed or was cancelled. */
  end(): Promise<void>;
}

/** A signal that came here, to be sent on. */
type Forward = (to: Pipeline['handle']) => Promise<void>;

/** A retry: takes over what the parent job made, then runs the pipeline as a child that finds those outputs known. */
export async function retryJob(input: PipelineInput): Promise<void> {
  const inbox: Forward[] = [];
  setHandler(decideSignal, (decision) => void inbox.push((to) => to.signal(decideSignal, decision)));
  setHandler(expireSignal, (round) => void (round && inbox.push((to) => to.signal(expireSignal, round))));
  setHandler(unparkSignal, () => void inbox.push((to) => to.signal(unparkSignal)));
  await forwardUntilEnd(await seedAndStart(input), inbox);
}

/** Until there is a pipeline, nobody else would end the job's record. */
async function seedAndStart(input: PipelineInput): Promise<Pipeline> {
  try {
    await seed_prior_outputs({ job_id: input.job_id });
    return await startPipeline(input);
  } catch (error) {
    await CancellationScope.nonCancellable(() => closeUnbegun(input, isCancellation(error)));
    throw error;
  }
}

async function closeUnbegun({ job_id, plan }: PipelineInput, isCancelled: boolean): Promise<void> {
  // After a reset there may be a pipeline all the same, and that one ends the record. Runs of before this was known do not look.
  if (isCancelled && patched('cancel_found_pipeline') && (await cancelFound(job_id))) return;
  if (isCancelled) return close_job({ job_id, outcome: 'cancelled', failures: [], resumable_from: null });
  const stage = plan.rows.find((row) => !isWhole(row, { [row.stage]: row.known }, plan.scenes))?.stage;
  const failures = stage ? [{ stage, scene: null, code: 'internal_error', message: 'Earlier work could not be taken over.', errors: [] }] : [];
  await close_job({ job_id, outcome: 'failed', failures, resumable_from: stage ?? null });
}

async function startPipeline(input: PipelineInput): Promise<Pipeline> {
  const info = workflowInfo();
  try {
    const child = await startChild<(input: PipelineInput) => Promise<void>>(CHILD_TYPES[input.plan.table], {
      workflowId: pipelineId(input.job_id),
      args: [input],
      taskQueue: info.taskQueue,
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      typedSearchAttributes: info.typedSearchAttributes,
      staticSummary: 'pipeline, seeded with earlier outputs',
    });
    return { handle: child, end: () => child.result() };
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return findPipeline(input.job_id);
    throw error;
  }
}

/** After a reset to before the child was started it is there already: no child of this run, so its end is read in Postgres. */
function findPipeline(jobId: string): Pipeline {
  return {
    handle: getExternalWorkflowHandle(pipelineId(jobId)),
    end: async () => {
      try {
        await follow_job({ job_id: jobId });
      } catch (error) {
        if (isCancellation(error)) await CancellationScope.nonCancellable(() => cancelFound(jobId));
        throw error;
      }
    },
  };
}

/** Its end is waited for, as a child's is. False where no pipeline runs. */
async function cancelFound(jobId: string): Promise<boolean> {
  const found = await getExternalWorkflowHandle(pipelineId(jobId)).cancel().then(
    () => true,
    () => false,
  );
  if (found) await follow_job({ job_id: jobId });
  return found;
}

function pipelineId(jobId: string): string {
  return `${jobId}/pipeline`;
}

const CHILD_TYPES: Record<TableName, string> = {
  avatar_creation: 'avatarCreation',
  avatar_output: 'avatarOutput',
  voice_cloning: 'voiceCloning',
  marketing_cut: 'marketingCut',
};

/** An operator who pastes the job id reaches this workflow, so what arrives here goes on to the pipeline. */
async function forwardUntilEnd(pipeline: Pipeline, inbox: Forward[]): Promise<void> {
  let ended = false;
  const end = pipeline.end().finally(() => (ended = true));
  end.catch(() => undefined);
  while (!ended) {
    // A cancelled pipeline is waited for as well: its end stops what is paid and closes the job.
    await CancellationScope.nonCancellable(() => condition(() => ended || inbox.length > 0));
    // It may have ended in between; then its record already says what became of the decision.
    for (let next = inbox.shift(); next; next = inbox.shift()) await next(pipeline.handle).catch(() => undefined);
  }
  await end;
}
