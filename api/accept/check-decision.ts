import { GATE_OF, type ApprovalRequest } from '../../contracts/approval.schema';
import { ProblemError, requestInvalid } from '../../contracts/errors';
import { ENDED_STATUSES, type Gate } from '../../contracts/vocabulary';
import { findOpenGate, listDecisions, type GateRound, type NewDecision } from '../../db/decisions';
import type { JobRow } from '../../db/jobs';
import type { ApiDeps } from '../deps';
import { requireJob } from '../find';
import type { Principal } from '../tokens';
import { checkCallback } from './callback';
import { requireSpeakable } from './preparation';
import { scenesOutside, unknownScenes } from './scene-errors';

/** What a decision says, without who says it and when. */
export type Verdict = Pick<NewDecision, 'job_id' | 'gate' | 'decision' | 'revision' | 'scenes' | 'note' | 'edits'>;

export function verdictOf(request: ApprovalRequest): Verdict {
  const { job_id, decision, revision, scenes = null, note = null, edits = null } = request;
  return { job_id, gate: GATE_OF[request.job_type], decision, revision, scenes, note, edits };
}

/**
 * Holds a decision against its job, and against the gate where the job has not ended; that job.
 * @throws ProblemError `job_not_found`, `gate_not_open`, `revision_stale`, `script_unspeakable`, `request_invalid`
 */
export async function checkDecision(deps: ApiDeps, principal: Pick<Principal, 'tenant'>, request: ApprovalRequest): Promise<JobRow> {
  requireSpeakable(editedTexts(request));
  checkCallback(request.callback, deps.settings);
  const job = await requireJob(deps, principal, request.job_id);
  checkScenes(job, request);
  if (!ENDED_STATUSES.includes(job.status)) await checkGate(deps, job, verdictOf(request));
  return job;
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
async function checkGate(deps: ApiDeps, job: JobRow, decision: Verdict): Promise<void> {
  if (job.status === 'cancelling') throw new ProblemError('gate_not_open', { detail: 'The job is being cancelled.' });
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
async function refuseDecided(deps: ApiDeps, { job_id, gate, scenes }: Verdict): Promise<void> {
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
