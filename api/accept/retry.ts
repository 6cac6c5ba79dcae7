import { ProblemError, requestInvalid } from '../../contracts/errors';
import type { RetryContext, Snapshot } from '../../contracts/snapshot';
import { ENDED_STATUSES, type Gate, type StageName } from '../../contracts/vocabulary';
import type { BackgroundRegenerationRequest, OutputRetryRequest, Patch } from '../../contracts/retry.schema';
import { findRetrySource, type RetrySource } from '../../db/retry-source';
import type { Known } from '../../workflows/plan';
import { effectsOf, patchSnapshot, type ResolvedPatch } from '../../workflows/patch';
import { isWhole, planRetry, type Asked, type RetryPlan, type RetryRequest } from '../../workflows/plan-retry';
import { knownItems } from '../../workflows/resume-point';
import { requireSpeakable, resolveMedia, type MediaInput, type Preparation, type PreparedJob } from './preparation';
import { requireVoice } from './voice-choice';
import { refuseMissing, refuseOutOfReach, refuseStale, refuseUnknownScenes } from './retry-refusals';

/** What every kind of resume comes down to. */
export interface Resume {
  job_id: string;
  from_stage: string;
  scope: 'downstream' | 'only';
  scenes: number[] | null;
  patch: ResolvedPatch;
  /** Wishes for new backgrounds, by scene. */
  notes: Record<string, string>;
  /** Identifies this retry's take of what is made again. */
  take: string;
  /** Gates that this resume itself approves. */
  approves?: Partial<Record<Gate, 'all' | number[]>>;
}

export async function prepareRetry(preparation: Preparation, request: OutputRetryRequest): Promise<PreparedJob> {
  requireSpeakable(spokenTexts(request.patch ?? {}));
  requireVoice(request.patch?.voice, '/patch/voice', preparation.deps.settings);
  const patch = await resolvePatch(preparation, request.patch ?? {});
  const { job_id, from_stage, scope } = request;
  return prepareResume(preparation, { job_id, from_stage, scope, scenes: request.scenes ?? null, patch, notes: {}, take: takeOf(preparation, request) });
}

/** Backgrounds again, all or some, with a note, a prompt, or just another try. */
export async function prepareRegeneration(preparation: Preparation, request: BackgroundRegenerationRequest): Promise<PreparedJob> {
  const source = await findSource(preparation, request.job_id);
  const take = takeOf(preparation, request);
  const scenes = request.scenes ?? Array.from({ length: source.scenes ?? 0 }, (_, index) => index + 1);
  const { prompt } = request;
  const patch: ResolvedPatch = prompt ? { scenes: Object.fromEntries(scenes.map((scene) => [scene, { background: { prompt, asset: null } }])) } : {};
  // Without words of its own a try still has to differ from the last one.
  const note = request.note ?? (prompt ? null : `another take, ${take}`);
  const notes = note === null ? {} : Object.fromEntries(scenes.map((scene) => [scene, note]));
  const { job_id, scope } = request;
  return prepareResume(preparation, { job_id, from_stage: 'backgrounds', scope, scenes: request.scenes ?? null, patch, notes, take });
}

/** One key makes one take; the key is the caller's own name for this request. */
function takeOf({ tenant }: Preparation, request: { idempotency_key?: string | undefined }): string {
  return `${tenant}:${request.idempotency_key ?? 'preview'}`;
}

export async function prepareResume(preparation: Preparation, resume: Resume): Promise<PreparedJob> {
  const source = await findSource(preparation, resume.job_id);
  const from = stageOf(source, resume.from_stage);
  const asked = checkPatch(source, from, resume);
  const request = retryRequest(source, from, { ...resume, ...asked });
  refuseMissing(request);
  refuseStale(source, request);
  const plan = planRetry({ ...request, job_id: resume.take, approved: { ...approvedGates(source), ...resume.approves } });
  const retry: RetryContext = { parent_job_id: source.job_id, from_stage: from, scope: resume.scope, scenes: request.scenes };
  return {
    snapshot: snapshotFor(source, { from, resume, retry }),
    plan,
    mode: source.mode,
    route: source.route,
    avatar: source.avatar_id ? { avatar_id: source.avatar_id, version: source.avatar_version } : null,
    parent_job_id: source.job_id,
    relies_on: null,
    seed: null,
  };
}

async function findSource({ deps, tenant }: Preparation, jobId: string): Promise<RetrySource> {
  const source = await findRetrySource(deps.pool, tenant, jobId);
  if (!source) throw new ProblemError('job_not_found');
  if (source.avatar_revoked) throw new ProblemError('avatar_revoked');
  if (!ENDED_STATUSES.includes(source.status)) throw new ProblemError('job_not_finished');
  return source;
}

function stageOf(source: RetrySource, name: string): StageName {
  const row = source.plan.rows.find((candidate) => candidate.stage === name);
  if (row) return row.stage;
  const skipped = source.plan.skipped.find((stage) => stage === name);
  const detail = skipped ? `The stage ${skipped} is off this job's route.` : `The job has no stage "${name.slice(0, 40)}".`;
  throw new ProblemError(skipped ? 'resume_point_missing' : 'stage_unknown', { detail, errors: [{ pointer: '/from_stage', message: 'no stage of this job' }] });
}

/** A patch may only have an effect at `from_stage` or later (with scope `only`, nowhere else), in the scenes that are named. */
function checkPatch(source: RetrySource, from: StageName, resume: Resume): { also: Asked[]; scenes: number[] | null } {
  refuseUnknownScenes(source, resume);
  if (source.snapshot.job_type !== 'avatar_output') return refusePatch(resume);
  const effects = effectsOf(resume.patch, source.snapshot, resume.scenes);
  refuseOutOfReach(source, from, { effects, scope: resume.scope });
  return { also: effects, scenes: resume.scenes ?? patchedScenes(resume, effects) };
}

/** A patch that only touches some scenes, in a request that names none, means those scenes: nobody wants to pay for the rest. */
function patchedScenes(resume: Resume, effects: Asked[]): number[] | null {
  if (effects.length === 0 || effects.some(({ scenes }) => scenes === null)) return null;
  return [...new Set(Object.keys(resume.patch.scenes ?? {}).map(Number))].sort((a, b) => a - b);
}

function refusePatch(resume: Resume): { also: Asked[]; scenes: null } {
  if (Object.keys(resume.patch).length > 0) throw requestInvalid([{ pointer: '/patch', message: 'only jobs of type avatar_output can be patched' }]);
  return { also: [], scenes: null };
}

function retryRequest(source: RetrySource, from: StageName, asked: { scope: Resume['scope']; scenes: number[] | null; also: Asked[]; patch: ResolvedPatch; notes: Resume['notes'] }): RetryRequest {
  const finished = knownItems(source.plan.rows, source.finished);
  const changes = asked.also.length > 0 || Object.keys(asked.notes).length > 0 || asked.scenes !== null;
  const keep_finished = source.status !== 'completed' && !changes && !isWholeRow(source, from, finished);
  return { parent: { ...source.plan, scenes: source.scenes }, finished, from_stage: from, scope: asked.scope, scenes: asked.scenes, keep_finished, also: asked.also };
}

/** A row that is whole is only named because somebody wants it made again. */
function isWholeRow(source: RetrySource, stage: StageName, finished: Known): boolean {
  const row = source.plan.rows.find((candidate) => candidate.stage === stage);
  return row !== undefined && isWhole(row, finished, source.scenes);
}

/** Scenes that reviewers approved in the parent's run. */
function approvedGates(source: RetrySource): RetryPlan['approved'] {
  const approved: RetryPlan['approved'] = {};
  for (const row of source.plan.rows) {
    if (!row.gate) continue;
    const before = row.gate.approved;
    approved[row.gate.name] = before === 'all' ? 'all' : replay(source, row.gate.name, before);
  }
  return approved;
}

/**
 * Follows the decisions at a gate. Each is about what waited in its round, whether it names scenes or not: a scene of which
 * changes were asked for waits again in the next one.
 */
function replay(source: RetrySource, gate: Gate, before: number[]): 'all' | number[] {
  const everything = gate === 'script' ? [0] : Array.from({ length: source.scenes ?? 0 }, (_, index) => index + 1);
  const approved = new Set(before);
  const changedIn = new Map<number, number>();
  for (const { decision, revision, scenes } of source.decisions.filter((item) => item.gate === gate)) {
    const named = gate === 'script' || !scenes?.length ? everything : scenes;
    for (const scene of named.filter((candidate) => !approved.has(candidate))) {
      if (decision === 'changes_requested') changedIn.set(scene, revision);
      else if (decision === 'rejected') changedIn.delete(scene);
      else if ((changedIn.get(scene) ?? 0) < revision) approved.add(scene);
    }
  }
  return everything.every((scene) => approved.has(scene)) && everything.length > 0 ? 'all' : [...approved].sort((a, b) => a - b);
}

function snapshotFor(source: RetrySource, by: { from: StageName; resume: Resume; retry: RetryContext }): Snapshot {
  const { snapshot } = source;
  if (snapshot.job_type !== 'avatar_output') return { ...snapshot, retry: by.retry };
  const patched = patchSnapshot(snapshot, by.resume.patch, by.from);
  return { ...patched, retry: by.retry, overrides: { ...patched.overrides, notes: { ...patched.overrides.notes, ...by.resume.notes } } };
}

function spokenTexts(patch: Patch) {
  const scenes = Object.entries(patch.scenes ?? {}).map(([scene, change]) => ({ pointer: `/patch/scenes/${scene}/transcript`, text: change.transcript }));
  return [{ pointer: '/patch/script', text: patch.script }, ...scenes];
}

async function resolvePatch(preparation: Preparation, patch: Patch): Promise<ResolvedPatch> {
  const inputs: (MediaInput & { scene: string })[] = Object.entries(patch.scenes ?? {}).flatMap(([scene, change]) =>
    change.background?.asset_id ? [{ scene, pointer: `/patch/scenes/${scene}/background`, asset_id: change.background.asset_id }] : [],
  );
  const assets = await resolveMedia(preparation, inputs);
  const pictures = new Map(inputs.map((input, index) => [input.scene, assets[index] ?? null]));
  const scenes = Object.entries(patch.scenes ?? {}).map(([scene, { background, ...change }]) => [
    scene,
    { ...change, ...(background ? { background: { prompt: background.prompt ?? null, asset: pictures.get(scene) ?? null } } : {}) },
  ]);
  return { ...patch, ...(patch.scenes ? { scenes: Object.fromEntries(scenes) } : {}) };
}
