import { ProblemError, requestInvalid } from '../../contracts/errors';
import type { StageName } from '../../contracts/vocabulary';
import type { PriorItem, RetrySource } from '../../db/retry-source';
import type { Effect, ResolvedPatch } from '../../workflows/patch';
import { knownForRetry, missingBefore, type RetryRequest } from '../../workflows/plan-retry';
import { scenesOutside, unknownScenes } from './scene-errors';

/** What a retry asks for, as far as it can be wrong. */
interface AskedFor {
  scope: 'downstream' | 'only';
  scenes: number[] | null;
  patch: ResolvedPatch;
}

/**
 * What a patch changes has to be made again by this very retry: otherwise a job would claim what its film does not show.
 * @throws ProblemError `patch_conflict` with a pointer to each member that is out of reach
 */
export function refuseOutOfReach(source: RetrySource, from: StageName, { effects, scope }: { effects: Effect[]; scope: AskedFor['scope'] }): void {
  const order = source.plan.rows.map((row) => row.stage);
  const isEarlier = ({ stage }: Effect): boolean => order.indexOf(stage) < order.indexOf(from);
  const outside = effects.filter((effect) => isEarlier(effect) || (scope === 'only' && effect.stage !== from));
  const first = outside.find(isEarlier) ?? outside[0];
  if (!first) return;
  const detail = isEarlier(first)
    ? `The patch takes effect at ${first.stage}: resume from ${first.stage} or earlier.`
    : `The patch takes effect at ${first.stage}, which is not made again with scope "only" of ${from}: resume with scope "downstream".`;
  const errors = outside.map(({ pointer, stage }) => ({ pointer, message: `takes effect at ${stage}` }));
  throw new ProblemError('patch_conflict', { detail, stage: first.stage, resumable_from: isEarlier(first) ? first.stage : from, errors });
}

/**
 * Scenes that are named or patched must be the film's, and patches go with the scenes that are named.
 * @throws ProblemError `request_invalid`
 */
export function refuseUnknownScenes(source: RetrySource, resume: Pick<AskedFor, 'scenes' | 'patch'>): void {
  const named = (resume.scenes ?? []).map((scene, index) => ({ scene, pointer: `/scenes/${index}` }));
  const patched = Object.keys(resume.patch.scenes ?? {}).map((scene) => ({ scene: Number(scene), pointer: `/patch/scenes/${scene}` }));
  const errors = [...unknownScenes([...named, ...patched], source.scenes ?? 0, 'the job'), ...scenesOutside(patched, resume.scenes)];
  if (errors.length > 0) throw requestInvalid(errors);
}

/**
 * What a retry stands on must be there.
 * @throws ProblemError `resume_point_missing`
 */
export function refuseMissing(request: RetryRequest): void {
  const missing = missingBefore(request);
  if (missing === null) return;
  const detail = `${missing} did not finish in that job: resume from ${missing} or earlier.`;
  throw new ProblemError('resume_point_missing', { detail, stage: missing, resumable_from: missing });
}

/**
 * A film of new and outdated work does not fit together: a picture in the old frame, lips for words that nobody says. Scope
 * `only` makes no film, and keeps showing what is stale.
 * @throws ProblemError `resume_point_missing`
 */
export function refuseStale(source: RetrySource, request: RetryRequest): void {
  if (request.scope === 'only') return;
  const known = knownForRetry(request);
  const isUsed = ({ stage, scene, stale }: PriorItem): boolean => {
    const kept = known[stage];
    return stale && kept !== undefined && (kept === 'all' || (scene !== null && kept.includes(scene)));
  };
  for (const { stage } of source.plan.rows) {
    const used = source.finished.find((item) => item.stage === stage && isUsed(item));
    if (!used) continue;
    const which = used.scene === null ? stage : `${stage} of scene ${used.scene}`;
    const detail = `${which} was made from inputs that have changed since, and would be used again: resume from ${stage} or earlier, that scene included.`;
    throw new ProblemError('resume_point_missing', { detail, stage, resumable_from: stage });
  }
}
