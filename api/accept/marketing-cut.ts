import { ProblemError } from '../../contracts/errors';
import type { JobRequestOf } from '../../contracts/job.schema';
import type { MarketingSnapshot } from '../../contracts/snapshot';
import { ENDED_STATUSES } from '../../contracts/vocabulary';
import { findRetrySource, type RetrySource } from '../../db/retry-source';
import { planCuts } from './planning';
import type { Preparation, PreparedJob } from './preparation';

/** A finished film and a list of cuts become the frozen payload of a campaign. */
export async function prepareCuts(preparation: Preparation, request: JobRequestOf<'marketing_cut'>): Promise<PreparedJob> {
  const film = await findFilm(preparation, request.job_id);
  const snapshot: MarketingSnapshot = {
    contract: 'v3',
    job_type: 'marketing_cut',
    source_job_id: film.job_id,
    cuts: request.cuts.map((cut) => ({ ...cut, max_duration_ms: cut.max_duration_ms ?? null })),
  };
  return {
    snapshot,
    plan: planCuts(snapshot, preparation.deps.settings.routing),
    mode: null,
    route: 'marketing_cut',
    avatar: film.avatar_id ? { avatar_id: film.avatar_id, version: film.avatar_version } : null,
    parent_job_id: film.job_id,
    relies_on: null,
    seed: null,
  };
}

/** @throws ProblemError `job_not_found`, `job_not_finished`, `film_missing` or `avatar_revoked` */
async function findFilm({ deps, tenant }: Preparation, jobId: string): Promise<RetrySource> {
  const found = await findRetrySource(deps.pool, tenant, jobId);
  const errors = (message: string) => ({ errors: [{ pointer: '/job_id', message }] });
  if (!found) throw new ProblemError('job_not_found', errors('no such job'));
  if (found.plan.table !== 'avatar_output') throw new ProblemError('film_missing', errors('makes no film'));
  if (!ENDED_STATUSES.includes(found.status)) throw new ProblemError('job_not_finished', errors('has not ended'));
  const whole = found.status === 'completed' && found.finished.some((item) => item.stage === 'output');
  if (!whole) throw new ProblemError('film_missing', errors('has no finished film'));
  if (found.avatar_revoked) throw new ProblemError('avatar_revoked', errors('shows an avatar that was revoked'));
  return found;
}
