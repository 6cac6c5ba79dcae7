import { isApprovalJobType } from '../../contracts/approval.schema';
import type { JobRequest } from '../../contracts/job.schema';
import { prepareCreation } from './avatar-creation';
import { prepareOutput } from './avatar-output';
import { prepareCuts } from './marketing-cut';
import type { Preparation, PreparedJob } from './preparation';
import { prepareRegeneration, prepareRetry } from './retry';
import { prepareVoice } from './voice-cloning';

/** Everything but a reviewer's decision, which is not a job of its own. */
export type WorkRequest = Exclude<JobRequest, { decision: string }>;

export function isDecision(request: JobRequest): request is Exclude<JobRequest, WorkRequest> {
  return isApprovalJobType(request.job_type);
}

/** Turns a checked request into its frozen payload and plan; one function for each job type. */
export function prepareJob(preparation: Preparation, request: WorkRequest): Promise<PreparedJob> {
  switch (request.job_type) {
    case 'avatar_creation':
      return prepareCreation(preparation, request);
    case 'avatar_output':
      return prepareOutput(preparation, request);
    case 'output_retry':
      return prepareRetry(preparation, request);
    case 'background_regeneration':
      return prepareRegeneration(preparation, request);
    case 'voice_cloning':
      return prepareVoice(preparation, request);
    case 'marketing_cut':
      return prepareCuts(preparation, request);
  }
}
