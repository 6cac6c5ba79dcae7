import type { ApprovalRequest } from '../../contracts/approval.schema';
import { ProblemError } from '../../contracts/errors';
import type { Gate, StageName } from '../../contracts/vocabulary';
import { saveResumingDecision, type NewDecision } from '../../db/decisions';
import type { JobRow } from '../../db/jobs';
import { firstUnfinished } from '../../workflows/resume-point';
import { tableOf } from '../../workflows/tables';
import type { ApiDeps } from '../deps';
import { acceptPrepared, type Claim } from './accept-job';
import type { Verdict } from './check-decision';
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
  verdict: Verdict;
  /** Identifies the take of what is made again. */
  key: string;
}

/** A decision on an ended job becomes a new job, see `prepareResumption`. Null when the key was used meanwhile. */
export async function resumeByDecision(deps: ApiDeps, resuming: ResumingDecision): Promise<Decided | null> {
  const { job, request, decision, claim } = resuming;
  const preparation = { deps, tenant: claim.tenant, now: decision.now, dryRun: false, fresh: true };
  const prepared = await prepareResumption(preparation, { job, request, verdict: decision, key: claim.key });
  const resumed = await acceptPrepared(deps, claim, {
    request: { ...request, correlation: Object.keys(request.correlation).length > 0 ? request.correlation : job.correlation },
    prepared,
    now: decision.now,
    also: (db, resumed_job_id) => saveResumingDecision(db, { ...decision, resumed_job_id }),
  });
  if (!resumed) return null;
  return { decision_id: decision.decision_id, job_id: resumed.job_id, parent_job_id: job.job_id, applied: true, replayed: false };
}

/**
 * Approved: goes on behind the gate with what there is; with edits, with the reviewer's words; changes requested: makes the
 * named work again. A completed job is made again from the gate on. Stores nothing.
 * @throws ProblemError `job_finished` for a rejection, which nothing is left to be ended by
 */
export async function prepareResumption(preparation: Preparation, resumption: Resumption): Promise<PreparedJob> {
  const { job, verdict } = resumption;
  if (verdict.decision === 'rejected') throw new ProblemError('job_finished');
  const resume = resumeOf(preparation.tenant, resumption, gateRow(job, verdict.gate));
  return withApproval(await prepareResume(preparation, resume), verdict);
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

function resumeOf(tenant: string, { job, request, verdict, key }: Resumption, gate: GateRow): Resume {
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
