import type { Router } from 'express';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import { ProblemError } from '../../contracts/errors';
import { listDecisions } from '../../db/decisions';
import { listEvents } from '../../db/events-read';
import { findSnapshot } from '../../db/jobs';
import { findTimeline, listFinishedSteps, listSteps } from '../../db/steps-read';
import type { ApiDeps } from '../deps';
import { isSameItem, type Compared } from '../compare-inputs';
import { compareJobs } from '../diff';
import type { Endpoints } from '../endpoint';
import { requireJob } from '../find';
import { presentDecision } from '../present/decision';
import { presentEvent } from '../present/event';
import { presentSnapshot } from '../present/snapshot';
import { presentStep } from '../present/step';
import { count, readQuery } from '../query';
import { ANYBODY } from '../roles';
import { streamEvents } from '../stream-events';
import type { Principal } from '../tokens';

const EVENTS_QUERY = z.strictObject({
  after: count(0, 2_147_483_647).optional(),
  limit: count(1, 1_000).optional(),
});

/** What a job has done so far. */
export function jobViewRoutes(router: Router, deps: ApiDeps, endpoints: Endpoints): void {
  router.get(
    '/v1/jobs/:job_id/stages',
    endpoints.guarded(ANYBODY, async ({ principal, request, response }) => {
      const job = await requireJob(deps, principal, request.params['job_id']);
      const steps = await listSteps(deps.pool, job.job_id);
      response.json({ job_id: job.job_id, stages: steps.map((step) => presentStep(job, step)) });
    }),
  );

  router.get(
    '/v1/jobs/:job_id/snapshot',
    endpoints.guarded(ANYBODY, async ({ principal, request, response }) => {
      const job = await requireJob(deps, principal, request.params['job_id']);
      const row = await findSnapshot(deps.pool, principal.tenant, job.job_id);
      response.json(row && presentSnapshot(row));
    }),
  );

  router.get(
    '/v1/jobs/:job_id/timeline',
    endpoints.guarded(ANYBODY, async ({ principal, request, response }) => {
      const job = await requireJob(deps, principal, request.params['job_id']);
      const ref = await findTimeline(deps.pool, job.job_id);
      const empty = { duration_ms: 0, fps: 25, scenes: [] };
      const document = ref ? await json(await deps.store.open({ tenant: principal.tenant, sha256: ref.sha256 })) : empty;
      response.json(Object.assign({ job_id: job.job_id }, document));
    }),
  );

  router.get(
    '/v1/jobs/:job_id/decisions',
    endpoints.guarded(ANYBODY, async ({ principal, request, response }) => {
      const job = await requireJob(deps, principal, request.params['job_id']);
      const decisions = await listDecisions(deps.pool, job.job_id);
      response.json({ job_id: job.job_id, decisions: decisions.map(presentDecision) });
    }),
  );

  router.get(
    '/v1/jobs/:job_id/events',
    endpoints.guarded(ANYBODY, async ({ principal, request, response }) => {
      const query = readQuery(request, EVENTS_QUERY);
      const job = await requireJob(deps, principal, request.params['job_id']);
      const after = query.after ?? 0;
      const rows = await listEvents(deps.pool, job.job_id, { after, limit: query.limit ?? 100 });
      const events = await Promise.all(rows.map((row) => presentEvent(deps, principal.tenant, row)));
      response.json({ events, next_after: rows.at(-1)?.sequence ?? after });
    }),
  );

  router.get(
    '/v1/jobs/:job_id/diff/:other_job_id',
    endpoints.guarded(ANYBODY, async ({ principal, request, response }) => {
      const a = await loadCompared(deps, principal, request.params['job_id']);
      const b = await loadCompared(deps, principal, request.params['other_job_id']);
      response.json(compareJobs(a, b));
    }),
  );

  router.get(
    '/v1/jobs/:job_id/events/stream',
    endpoints.guarded(ANYBODY, async ({ principal, request, response }) => {
      const job = await requireJob(deps, principal, request.params['job_id']);
      await streamEvents(deps, job, { request, response });
    }),
  );
}

async function loadCompared(deps: ApiDeps, principal: Principal, id: unknown): Promise<Compared> {
  const { job_id } = await requireJob(deps, principal, id);
  const snapshot = await findSnapshot(deps.pool, principal.tenant, job_id);
  if (!snapshot) throw new ProblemError('job_not_found');
  const finished = await listFinishedSteps(deps.pool, job_id);
  // Generations come in order, so the last one of an item is its newest.
  const newest = finished.filter((step, at) => !finished.slice(at + 1).some((later) => isSameItem(later, step)));
  return { job_id, snapshot, newest, finished, decisions: await listDecisions(deps.pool, job_id) };
}
