import type { ApprovalRequest } from '../../contracts/approval.schema';
import { DEFAULT_PRIORITY } from '../../contracts/common.schema';
import { ProblemError } from '../../contracts/errors';
import type { Gate, StageName } from '../../contracts/vocabulary';
import { findNewestRevision, findResumption, saveResumingDecision, type NewDecision } from '../../db/decisions';
import type { JobRow } from '../../db/jobs';
import type { Db } from '../../db/pool';
import { firstUnfinished } from '../../workflows/resume-point';
import { tableOf } from '../../workflows/tables';
import type { ApiDeps } from '../deps';
import { acceptPrepared, type Claim, type PreparedAcceptance } from './accept-job';
import { verdictOf, type Verdict } from './check-decision';
import type { Decided } from './decide';
import type { Preparation, PreparedJob } from './preparation';
import { prepareResume, type Resume } from './retry';

export interface ResumingDecision {
  job: JobRow;
  request: ApprovalRequest;
  decision: NewDecision;
  claim: Claim;
}

/** What a decision makes of a job that has ended. */
interface Resumption {
  job: JobRow;
  request: ApprovalRequest;
  /** Identifies the take of what is made again. */
  key: string;
}

/** A decision on an ended job becomes a new job, see `prepareResumption`. Null when the key was used meanwhile. */
export async function resumeByDecision(deps: ApiDeps, resuming: ResumingDecision): Promise<Decided | null> {
  const { job, request, decision, claim } = resuming;
  const preparation = { deps, tenant: claim.tenant, now: decision.now, dryRun: false, fresh: true };
  const prepared = await prepareResumption(preparation, { job, request, key: claim.key });
  const resumed = await acceptPrepared(deps, claim, {
    request: asOf(job, request),
    prepared,
    now: decision.now,
    also: async (db, resumed_job_id) => {
      await refuseResumed(db, decision);
      await saveResumingDecision(db, { ...decision, resumed_job_id });
    },
  });
  if (!resumed) return null;
  return { decision_id: decision.decision_id, job_id: resumed.job_id, parent_job_id: job.job_id, applied: true, replayed: false };
}

/**
 * What the decision does not say itself is as it was with the ended job: whoever follows that one hears of this one too, and what
 * capped it caps this one. A priority of 3 is what a request without one comes as.
 */
function asOf(job: JobRow, request: ApprovalRequest): PreparedAcceptance['request'] {
  return {
    job_type: request.job_type,
    correlation: Object.keys(request.correlation).length > 0 ? request.correlation : job.correlation,
    callback: request.callback ?? job.callback,
    budget_micro_usd: request.budget_micro_usd ?? job.budget_micro_usd,
    priority: request.priority === DEFAULT_PRIORITY ? job.priority : request.priority,
  };
}

/**
 * Approved: goes on behind the gate with what there is; with edits, with the reviewer's words; changes requested: makes the
 * named work again. A completed job is made again from the gate on. Stores nothing.
 * @throws ProblemError `job_finished` for a rejection, which nothing is left to be ended by, and where the job goes on already;
 *   `revision_stale` for a round that there never was
 */
export async function prepareResumption(preparation: Preparation, resumption: Resumption): Promise<PreparedJob> {
  const { job, request } = resumption;
  const verdict = verdictOf(request);
  if (verdict.decision === 'rejected') throw new ProblemError('job_finished');
  await refuseUnseen(preparation.deps, verdict);
  // In earnest this is asked in the transaction that stores the job, where it also holds against others.
  if (preparation.dryRun) await refuseResumed(preparation.deps.pool, verdict);
  const resume = resumeOf(preparation.tenant, resumption, gateRow(job, verdict.gate));
  return withApproval(await prepareResume(preparation, resume), verdict);
}

/** A gate that never opened is decided as its first round. */
async function refuseUnseen(deps: ApiDeps, { job_id, gate, revision }: Verdict): Promise<void> {
  const newest = (await findNewestRevision(deps.pool, job_id, gate)) ?? 1;
  if (revision > newest) throw new ProblemError('revision_stale', { detail: `The gate ${gate} is at revision ${newest}.` });
}

/** Two reviewers who approve the same work want one film, not two. */
async function refuseResumed(db: Db, { job_id, gate, decision, edits }: Verdict): Promise<void> {
  if (decision !== 'approved' || edits !== null) return;
  const resumed = await findResumption(db, job_id, gate);
  if (resumed) throw new ProblemError('job_finished', { detail: `The job was approved before and goes on as ${resumed}: decide there.` });
}

interface GateRow {
  stage: StageName;
  remakes: readonly StageName[];
}

function gateRow(job: JobRow, gate: Gate): GateRow {
  const row = tableOf(job.plan.table).find((candidate) => candidate.gate?.name === gate);
  if (!row?.gate) throw new ProblemError('gate_not_open', { detail: `A job of this type has no gate ${gate}.` });
  return { stage: row.stage, remakes: row.gate.remakes };
}

function resumeOf(tenant: string, { job, request, key }: Resumption, gate: GateRow): Resume {
  const verdict = verdictOf(request);
  const base = { job_id: job.job_id, scope: 'downstream' as const, scenes: null, patch: {}, notes: {}, take: `${tenant}:${key}` };
  if (request.edits && 'script' in request.edits) return { ...base, from_stage: 'script_context', patch: request.edits };
  if (request.edits) return { ...base, from_stage: 'speech', patch: request.edits };
  if (verdict.decision === 'changes_requested') {
    const { scenes, note } = verdict;
    const noted = scenes ?? Array.from({ length: job.scenes ?? 0 }, (_, index) => index + 1);
    const notes = note === null ? {} : Object.fromEntries(noted.map((scene) => [scene, note]));
    const perScene = gate.stage !== 'script_context' && gate.stage !== 'storyboard';
    return { ...base, from_stage: gate.remakes[0] ?? gate.stage, scenes: perScene ? scenes : null, notes };
  }
  return { ...base, from_stage: continuation(job, gate), approves: { [verdict.gate]: verdict.scenes ?? 'all' } };
}

/** Behind the gate, at the first stage with something missing; a whole job is made again from the gate's stage. */
function continuation(job: JobRow, gate: GateRow): StageName {
  if (job.status === 'completed') return gate.stage;
  const finished = job.items.filter((item) => item.status === 'completed' || item.status === 'reused');
  return firstUnfinished({ plan: job.plan, scenes: job.scenes, finished }) ?? gate.stage;
}

/** Work that the reviewer approved, or wrote, is not shown to them again. */
function withApproval(prepared: PreparedJob, { gate, decision, scenes, edits }: Verdict): PreparedJob {
  if (decision !== 'approved') return prepared;
  const rows = prepared.plan.rows.map((row) => {
    if (row.gate?.name !== gate || row.gate.approved === 'all') return row;
    const approved = edits !== null || scenes === null ? ('all' as const) : [...new Set([...row.gate.approved, ...scenes])].sort((a, b) => a - b);
    return { ...row, gate: { ...row.gate, approved } };
  });
  return { ...prepared, plan: { ...prepared.plan, rows } };
}
