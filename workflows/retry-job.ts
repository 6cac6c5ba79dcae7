import {
  CancellationScope,
  condition,
  isCancellation,
  ParentClosePolicy,
  proxyActivities,
  setHandler,
  startChild,
  workflowInfo,
  type ChildWorkflowHandle,
} from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { BookkeepingActivities } from '../activities/jobs/bookkeeping';
import type { DecisionSignal, PipelineInput, TableName } from '../contracts/plan';
import type { Gate } from '../contracts/vocabulary';
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

type Forward = { signal: 'decide'; decision: DecisionSignal } | { signal: 'expire'; round: { gate: Gate; revision: number } } | { signal: 'unpark' };

/** A retry: takes over what the parent job made, then runs the pipeline as a child that finds those outputs known. */
export async function retryJob(input: PipelineInput): Promise<void> {
  const inbox: Forward[] = [];
  setHandler(decideSignal, (decision) => void inbox.push({ signal: 'decide', decision }));
  setHandler(expireSignal, (round) => void (round && inbox.push({ signal: 'expire', round })));
  setHandler(unparkSignal, () => void inbox.push({ signal: 'unpark' }));
  const child = await seedAndStart(input);
  // A reset of this workflow to before its child started finds the child already there: its end stands in Postgres.
  if (!child) return void (await follow_job({ job_id: input.job_id }));
  await forwardUntilEnd(child, inbox);
}

/** Until there is a pipeline, nobody else would end the job's record. */
async function seedAndStart(input: PipelineInput): ReturnType<typeof startPipeline> {
  try {
    await seed_prior_outputs({ job_id: input.job_id });
    return await startPipeline(input);
  } catch (error) {
    await CancellationScope.nonCancellable(() => closeUnbegun(input, isCancellation(error)));
    throw error;
  }
}

async function closeUnbegun({ job_id, plan }: PipelineInput, isCancelled: boolean): Promise<void> {
  if (isCancelled) return close_job({ job_id, outcome: 'cancelled', failures: [], resumable_from: null });
  const stage = plan.rows.find((row) => !isWhole(row, { [row.stage]: row.known }, plan.scenes))?.stage;
  const failures = stage ? [{ stage, scene: null, code: 'internal_error', message: 'Earlier work could not be taken over.', errors: [] }] : [];
  await close_job({ job_id, outcome: 'failed', failures, resumable_from: stage ?? null });
}

async function startPipeline(input: PipelineInput): Promise<ChildWorkflowHandle<(input: PipelineInput) => Promise<void>> | null> {
  const info = workflowInfo();
  try {
    return await startChild<(input: PipelineInput) => Promise<void>>(CHILD_TYPES[input.plan.table], {
      workflowId: `${input.job_id}/pipeline`,
      args: [input],
      taskQueue: info.taskQueue,
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      typedSearchAttributes: info.typedSearchAttributes,
      staticSummary: 'pipeline, seeded with earlier outputs',
    });
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return null;
    throw error;
  }
}

const CHILD_TYPES: Record<TableName, string> = {
  avatar_creation: 'avatarCreation',
  avatar_output: 'avatarOutput',
  voice_cloning: 'voiceCloning',
  marketing_cut: 'marketingCut',
};

/** An operator who pastes the job id reaches this workflow, so what arrives here goes on to the child. */
async function forwardUntilEnd(child: ChildWorkflowHandle<(input: PipelineInput) => Promise<void>>, inbox: Forward[]): Promise<void> {
  let ended = false;
  const result = child.result().finally(() => (ended = true));
  result.catch(() => undefined);
  while (!ended) {
    await condition(() => ended || inbox.length > 0);
    for (let next = inbox.shift(); next; next = inbox.shift()) await forward(child, next);
  }
  await result;
}

async function forward(child: ChildWorkflowHandle<(input: PipelineInput) => Promise<void>>, message: Forward): Promise<void> {
  const sent = send(child, message);
  // The child may have ended in between; then its record already says what became of the decision.
  await sent.catch(() => undefined);
}

function send(child: ChildWorkflowHandle<(input: PipelineInput) => Promise<void>>, message: Forward): Promise<void> {
  if (message.signal === 'decide') return child.signal(decideSignal, message.decision);
  if (message.signal === 'expire') return child.signal(expireSignal, message.round);
  return child.signal(unparkSignal);
}
