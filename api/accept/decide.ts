import type { ApprovalRequest } from '../../contracts/approval.schema';
import { ProblemError } from '../../contracts/errors';
import { ENDED_STATUSES } from '../../contracts/vocabulary';
import { findDecision, saveDecision, type NewDecision } from '../../db/decisions';
import { decisionSignal } from '../decision-signal';
import type { ApiDeps } from '../deps';
import type { Principal } from '../tokens';
import { findClaim, fingerprintOf, type Claim } from './accept-job';
import { checkDecision, verdictOf } from './check-decision';
import type { Preparation, PreparedJob } from './preparation';
import { prepareResumption, resumeByDecision } from './resume-by-decision';

export interface Decided {
  decision_id: string;
  /** The job that goes on: the decided one, or the new one that resumes it. */
  job_id: string;
  parent_job_id?: string;
  applied: true;
  replayed: boolean;
}

/**
 * Records a reviewer's decision and signals the waiting workflow; where the job has ended, resumes it as a new one.
 * @throws ProblemError `gate_not_open`, `revision_stale`, `job_finished`, `idempotency_key_reused` …
 */
export async function decide(deps: ApiDeps, principal: Principal, request: ApprovalRequest): Promise<Decided> {
  const claim: Claim = { tenant: principal.tenant, key: request.idempotency_key, fingerprint: fingerprintOf(request) };
  // A decision often closes its gate, so a repeated one must be known before the gate is looked at.
  const earlier = await findReplay(deps, claim);
  if (earlier) return earlier;
  const job = await checkDecision(deps, principal, request);
  const decision = newDecision(deps, claim, request);
  if (ENDED_STATUSES.includes(job.status)) {
    return (await resumeByDecision(deps, { job, request, decision, claim })) ?? requireReplay(deps, claim);
  }
  if (!(await saveDecision(deps.pool, decision))) return requireReplay(deps, claim);
  // In the background: a sweep repeats the signal until the workflow has settled the decision.
  void deps.launcher.decide(job.job_id, decisionSignal(decision));
  return { decision_id: decision.decision_id, job_id: job.job_id, applied: true, replayed: false };
}

/**
 * The same checks with nothing stored: the job that the decision would make of one that has ended, null where it would only
 * reach the workflow that waits.
 * @throws ProblemError as `decide`
 */
export async function previewDecision(preparation: Preparation, request: ApprovalRequest): Promise<PreparedJob | null> {
  const { deps, tenant } = preparation;
  const job = await checkDecision(deps, { tenant }, request);
  if (!ENDED_STATUSES.includes(job.status)) return null;
  return prepareResumption(preparation, { job, request, key: 'preview' });
}

async function findReplay(deps: ApiDeps, claim: Claim): Promise<Decided | null> {
  const earlier = await findClaim(deps, claim);
  if (!earlier) return null;
  const decision = earlier.decision_id === null ? null : await findDecision(deps.pool, claim.tenant, earlier.decision_id);
  if (!decision) return null;
  const { decision_id, job_id, resumed_job_id } = decision;
  const resumed = resumed_job_id === null ? { job_id } : { job_id: resumed_job_id, parent_job_id: job_id };
  return { decision_id, ...resumed, applied: true, replayed: true };
}

async function requireReplay(deps: ApiDeps, claim: Claim): Promise<Decided> {
  const repeated = await findReplay(deps, claim);
  if (!repeated) throw new ProblemError('idempotency_key_reused');
  return repeated;
}

function newDecision(deps: ApiDeps, claim: Claim, request: ApprovalRequest): NewDecision {
  return {
    decision_id: deps.newId('decision'),
    tenant: claim.tenant,
    idempotency_key: claim.key,
    fingerprint: claim.fingerprint,
    ...verdictOf(request),
    decided_by: request.decided_by,
    now: deps.now(),
    resumed_job_id: null,
  };
}
