import type { ApprovalRequest } from '../../contracts/approval.schema';
import { ProblemError } from '../../contracts/errors';
import type { NewDecision } from '../../db/decisions';
import type { JobRow } from '../../db/jobs';
import type { ApiDeps } from '../deps';
import type { Principal } from '../tokens';
import type { Claim } from './accept-job';
import type { Decided } from './decide';

export interface ResumingDecision {
  principal: Principal;
  request: ApprovalRequest;
  job: JobRow;
  decision: NewDecision;
  claim: Claim;
}

/** A decision on an ended job becomes a new job from the gate's stage. */
export async function resumeByDecision(deps: ApiDeps, resuming: ResumingDecision): Promise<Decided> {
  void deps;
  void resuming;
  throw new ProblemError('job_finished');
}
