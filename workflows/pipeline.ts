import { ApplicationFailure, CancellationScope, isCancellation, proxyActivities } from '@temporalio/workflow';
import type { BookkeepingActivities } from '../activities/jobs/bookkeeping';
import type { PipelineInput, StageFailure } from '../contracts/plan';
import type { StageName } from '../contracts/vocabulary';
import { runPlan } from './engine/run-plan';
import { bindPorts, showEnd } from './ports';

export const { close_job } = proxyActivities<BookkeepingActivities>({
  // Ends the job's record; Postgres may be away for a while, and then nothing else can go on either.
  startToCloseTimeout: '1 minute',
  retry: { initialInterval: '500 ms', maximumInterval: '30 seconds', maximumAttempts: 200 },
});

/** The story of every job: run the plan, then close the job's record as completed, failed or cancelled. */
export async function runPipeline(input: PipelineInput): Promise<void> {
  const { ports, inbox, settled, settleLate } = bindPorts(input);
  try {
    const result = await runPlan({ plan: input.plan, job_id: input.job_id, ports, inbox });
    if (result.kind === 'failed') await close_job({ job_id: input.job_id, outcome: 'failed', failures: result.failures, resumable_from: result.resumable_from });
    else if (!result.closed) await close_job({ job_id: input.job_id, outcome: 'completed', failures: [], resumable_from: null });
    if (inbox.length > 0) await settleLate();
    showEnd(result.kind);
    if (result.kind === 'failed') throw failed(result.failures, result.resumable_from);
  } catch (error) {
    if (!isCancellation(error)) throw error;
    await CancellationScope.nonCancellable(async () => {
      await settled();
      await close_job({ job_id: input.job_id, outcome: 'cancelled', failures: [], resumable_from: null });
      await settleLate();
      showEnd('cancelled');
    });
    throw error;
  }
}

/** What the Web UI shows as the workflow's failure: places and codes only. */
function failed(failures: StageFailure[], resumableFrom: StageName): ApplicationFailure {
  const places = failures.map((failure) => (failure.scene === null ? failure.stage : `${failure.stage}/scene-${failure.scene}`));
  return ApplicationFailure.nonRetryable(`Failed: ${places.join(', ')}. Resume from ${resumableFrom}.`, failures[0]?.code ?? 'stage_failed');
}
