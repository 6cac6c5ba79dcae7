import { GATE_OF, type ApprovalRequest } from '../../contracts/approval.schema';
import { ProblemError, requestInvalid } from '../../contracts/errors';
import { ENDED_STATUSES, type Gate } from '../../contracts/vocabulary';
import { findDecision, findOpenGate, listDecisions, saveDecision, type GateRound, type NewDecision } from '../../db/decisions';
import type { JobRow } from '../../db/jobs';
import { decisionSignal } from '../decision-signal';
import type { ApiDeps } from '../deps';
import { requireJob } from '../find';
import type { Principal } from '../tokens';
import { findClaim, fingerprintOf, type Claim } from './accept-job';
import { checkCallback } from './callback';
import { requireSpeakable } from './preparation';
import { resumeByDecision } from './resume-by-decision';
import { scenesOutside, unknownScenes } from './scene-errors';

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
  requireSpeakable(editedTexts(request));
  checkCallback(request.callback, deps.settings);
  const job = await requireJob(deps, principal, request.job_id);
  checkScenes(job, request);
  const decision = newDecision(deps, claim, request);
  if (ENDED_STATUSES.includes(job.status)) {
    return (await resumeByDecision(deps, { job, request, decision, claim })) ?? requireReplay(deps, claim);
  }
  await checkGate(deps, job, decision);
  if (!(await saveDecision(deps.pool, decision))) return requireReplay(deps, claim);
  // In the background: a sweep repeats the signal until the workflow has settled the decision.
  void deps.launcher.decide(job.job_id, decisionSignal(decision));
  return { decision_id: decision.decision_id, job_id: job.job_id, applied: true, replayed: false };
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
    job_id: request.job_id,
    idempotency_key: claim.key,
    fingerprint: claim.fingerprint,
    gate: GATE_OF[request.job_type],
    decision: request.decision,
    revision: request.revision,
    scenes: request.scenes ?? null,
    note: request.note ?? null,
    edits: request.edits ?? null,
    decided_by: request.decided_by,
    now: deps.now(),
    resumed_job_id: null,
  };
}

function editedTexts(request: ApprovalRequest) {
  if (!request.edits) return [];
  if ('script' in request.edits) return [{ pointer: '/edits/script', text: request.edits.script }];
  return Object.entries(request.edits.scenes).map(([scene, { transcript }]) => ({
    pointer: `/edits/scenes/${scene}/transcript`,
    text: transcript,
  }));
}

/** The same rule as the workflow's own: stale only where every named scene was made again after that revision. */
async function checkGate(deps: ApiDeps, job: JobRow, decision: NewDecision): Promise<void> {
  const row = job.plan.rows.find((candidate) => candidate.gate?.name === decision.gate);
  const open = row && (await findOpenGate(deps.pool, job.job_id, decision.gate, row.gate?.remakes ?? []));
  if (!open) throw new ProblemError('gate_not_open', { detail: `The job does not wait for a decision at the gate ${decision.gate} now.` });
  await refuseDecided(deps, decision);
  const stale = new ProblemError('revision_stale', { detail: `The gate ${decision.gate} is at revision ${open.revision}.` });
  if (decision.revision > open.revision) throw stale;
  if (decision.revision === open.revision) return;
  const madeIn = await roundsOf(deps, job.job_id, decision.gate, open);
  const named = open.scenes.filter((scene) => decision.scenes?.includes(scene) ?? true);
  if (!named.some((scene) => (madeIn.get(scene) ?? 1) <= decision.revision)) throw stale;
}

/**
 * A reviewer who names only scenes that were approved before must hear that nothing waits for the decision. What is still on
 * its way to the workflow is not looked at: its fate is told by the list of decisions.
 */
async function refuseDecided(deps: ApiDeps, { job_id, gate, scenes }: NewDecision): Promise<void> {
  if (scenes === null) return;
  const approved = new Set<number>();
  for (const earlier of await listDecisions(deps.pool, job_id)) {
    if (earlier.gate !== gate || earlier.fate !== 'applied') continue;
    for (const scene of earlier.scenes ?? []) {
      if (earlier.decision === 'approved') approved.add(scene);
      else approved.delete(scene);
    }
  }
  if (!scenes.every((scene) => approved.has(scene))) return;
  throw new ProblemError('gate_not_open', { detail: `The scenes that are named were approved before; the gate ${gate} waits for others.` });
}

/** Scenes that are named or edited must be the film's; words may only change in scenes that this decision is about. */
function checkScenes(job: JobRow, request: ApprovalRequest): void {
  const { scenes = null } = request;
  const named = (scenes ?? []).map((scene, index) => ({ scene, pointer: `/scenes/${index}` }));
  const edited = editedScenes(request).map((scene) => ({ scene, pointer: `/edits/scenes/${scene}` }));
  const errors = [...unknownScenes([...named, ...edited], job.scenes ?? 50, 'the film'), ...scenesOutside(edited, scenes)];
  if (errors.length > 0) throw requestInvalid(errors);
}

function editedScenes({ edits }: ApprovalRequest): number[] {
  return edits && 'scenes' in edits ? Object.keys(edits.scenes).map(Number) : [];
}

/** In which round each scene was last made: from the records of its work, or, for one document, from what was asked. */
async function roundsOf(deps: ApiDeps, jobId: string, gate: Gate, open: GateRound): Promise<Map<number, number>> {
  if (open.shown.length > 0) return new Map(open.shown.map(({ scene, revision }) => [scene, revision]));
  const asked = (await listDecisions(deps.pool, jobId)).filter(
    (decision) => decision.gate === gate && decision.fate === 'applied' && decision.decision === 'changes_requested',
  );
  const rounds = new Map<number, number>();
  for (const { scenes, revision } of asked) {
    for (const scene of scenes ?? open.scenes) rounds.set(scene, Math.max(rounds.get(scene) ?? 1, revision + 1));
  }
  return rounds;
}
