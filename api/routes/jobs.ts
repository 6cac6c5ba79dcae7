import type { Router } from 'express';
import { z } from 'zod';
import { idOf } from '../../contracts/common.schema';
import { objectOf, parseJob } from '../../contracts/job.schema';
import { JOB_STATUSES, JOB_TYPES } from '../../contracts/vocabulary';
import { listJobs } from '../../db/jobs';
import { answerRequest } from '../accept/answer-request';
import { closing } from '../closing';
import type { ApiDeps } from '../deps';
import type { Endpoints } from '../endpoint';
import { requireJob } from '../find';
import { withKey } from '../idempotency-key';
import { presentJob, presentJobs } from '../present/job';
import { count, DRY_RUN, readQuery } from '../query';
import { readJson } from '../read-body';
import { ANYBODY, roleFor } from '../roles';

const LONGEST_WAIT_S = 50;

/** `POST /v1/jobs`, the list of jobs and a single one. */
export function jobRoutes(router: Router, deps: ApiDeps, endpoints: Endpoints): void {
  router.post(
    '/v1/jobs',
    endpoints.guarded(ANYBODY, async (call) => {
      const { validate_only } = readQuery(call.request, DRY_RUN);
      const fields = withKey(objectOf(await readJson(call.request, call.response)), call.request);
      roleFor(fields['job_type'], call.principal.role);
      const dryRun = validate_only === true;
      const request = parseJob(dryRun ? { idempotency_key: 'validate-only', ...fields } : fields);
      await answerRequest(deps, call, { request, dryRun });
    }),
  );

  router.get(
    '/v1/jobs',
    endpoints.guarded(ANYBODY, async ({ principal, request, response }) => {
      const query = readQuery(request, LIST_QUERY);
      const limit = query.limit ?? 20;
      const rows = await listJobs(deps.pool, principal.tenant, {
        status: query.status ?? null,
        job_type: query.job_type ?? null,
        avatar_id: query.avatar_id ?? null,
        before: query.cursor ?? null,
        limit: limit + 1,
      });
      const page = rows.slice(0, limit);
      const next_cursor = rows.length > limit ? (page.at(-1)?.job_id ?? null) : null;
      response.json({ jobs: await presentJobs(deps, principal.tenant, page), next_cursor });
    }),
  );

  router.get(
    '/v1/jobs/:job_id',
    endpoints.guarded(ANYBODY, async ({ principal, request, response }) => {
      const query = readQuery(request, WAIT_QUERY);
      let job = await requireJob(deps, principal, request.params['job_id']);
      if (query.wait && job.finished_at === null) {
        const signal = closing(response);
        const timeoutMs = Math.min(query.wait, LONGEST_WAIT_S) * 1_000;
        await deps.watcher.until(job.job_id, query.after ?? job.last_sequence, { timeoutMs, signal });
        if (signal.aborted) return;
        job = await requireJob(deps, principal, job.job_id);
      }
      response.json(await presentJob(deps, job));
    }),
  );
}

const LIST_QUERY = z.strictObject({
  status: z.enum(JOB_STATUSES).optional(),
  job_type: z.enum(JOB_TYPES).optional(),
  avatar_id: idOf('avatar').optional(),
  limit: count(1, 100).optional(),
  cursor: idOf('job').optional(),
});

const WAIT_QUERY = z.strictObject({
  wait: count(0, 86_400).optional(),
  after: count(0, 2_147_483_647).optional(),
});
