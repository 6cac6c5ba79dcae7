import type { Router } from 'express';
import { APPROVAL_JOB_TYPES, GATE_OF, gateName } from '../../contracts/approval.schema';
import { ProblemError, requestInvalid } from '../../contracts/errors';
import { fieldErrors } from '../../contracts/field-errors';
import { objectOf, parseJob } from '../../contracts/job.schema';
import type { StageName } from '../../contracts/vocabulary';
import { requestCancel, setBudget } from '../../db/jobs';
import { inTransaction } from '../../db/pool';
import { listUnknownFamilies, resolveUnknown } from '../../db/unknown-submits';
import { answerRequest } from '../accept/answer-request';
import { budgetBody, resolveBody } from '../bodies';
import type { ApiDeps } from '../deps';
import type { Call, Endpoints } from '../endpoint';
import { requireJob } from '../find';
import { withKey } from '../idempotency-key';
import { presentJob } from '../present/job';
import { DRY_RUN, readQuery } from '../query';
import { readJson } from '../read-body';
import { ANYBODY, OPERATORS, SUBMITTERS } from '../roles';

/** Decisions, retries, cancellation and budget of one job. */
export function jobActionRoutes(router: Router, deps: ApiDeps, endpoints: Endpoints): void {
  router.post(
    '/v1/jobs/:job_id/approvals',
    endpoints.guarded(ANYBODY, async (call) => {
      const { dryRun, key } = readDryRun(call);
      const fields = await readFields(deps, call);
      await answerRequest(deps, call, { request: parseJob(asApprovalJob({ ...key, ...fields })), dryRun });
    }),
  );

  router.post(
    '/v1/jobs/:job_id/retry',
    endpoints.guarded(SUBMITTERS, async (call) => {
      const { dryRun, key } = readDryRun(call);
      const fields = await readFields(deps, call);
      const request = parseJob({ contract: 'v3', ...key, ...fields, job_type: 'output_retry' });
      await answerRequest(deps, call, { request, dryRun });
    }),
  );

  router.post(
    '/v1/jobs/:job_id/cancel',
    endpoints.guarded(SUBMITTERS, async ({ principal, request, response }) => {
      const job = await requireJob(deps, principal, request.params['job_id']);
      if (!(await requestCancel(deps.pool, job.job_id, deps.now()))) throw new ProblemError('job_finished');
      void deps.launcher.cancel(job.job_id);
      response.status(202).json(await presentJob(deps, await requireJob(deps, principal, job.job_id)));
    }),
  );

  router.post(
    '/v1/jobs/:job_id/budget',
    endpoints.guarded(SUBMITTERS, async ({ principal, request, response }) => {
      const job = await requireJob(deps, principal, request.params['job_id']);
      const body = await readJson(request, response);
      const parsed = budgetBody.safeParse(body);
      if (!parsed.success) throw requestInvalid(fieldErrors(parsed.error.issues, body));
      if (!(await setBudget(deps.pool, job.job_id, parsed.data.budget_micro_usd))) throw new ProblemError('job_finished');
      void deps.launcher.unpark(job.job_id);
      response.status(202).json(await presentJob(deps, await requireJob(deps, principal, job.job_id)));
    }),
  );

  router.post(
    '/v1/jobs/:job_id/resolve',
    endpoints.guarded(OPERATORS, async ({ principal, request, response }) => {
      const job = await requireJob(deps, principal, request.params['job_id']);
      const body = await readJson(request, response);
      const parsed = resolveBody.safeParse(body);
      if (!parsed.success) throw requestInvalid(fieldErrors(parsed.error.issues, body));
      if (parsed.data.resolution === 'adopt') await refuseUnadoptable(deps, { job_id: job.job_id, ...parsed.data });
      const provider_job_id = parsed.data.provider_job_id ?? null;
      const resolved = await inTransaction(deps.pool, (db) => resolveUnknown(db, { job_id: job.job_id, ...parsed.data, provider_job_id, now: deps.now() }));
      if (!resolved) throw new ProblemError('gate_not_open', { detail: 'No submit of this stage and scene has an unknown fate.' });
      void deps.launcher.unpark(job.job_id);
      response.status(202).json(await presentJob(deps, await requireJob(deps, principal, job.job_id)));
    }),
  );
}

/** A provider that only answers at once cannot be asked what became of a request, so nothing could ever come of adopting it. */
async function refuseUnadoptable(deps: ApiDeps, at: { job_id: string; stage: StageName; scene: number | null }): Promise<void> {
  const families = await listUnknownFamilies(deps.pool, at);
  if (families.every((family) => deps.isAdoptable(family, at.stage))) return;
  throw requestInvalid([{ pointer: '/resolution', message: 'resubmit or abandon: this provider answers at once and keeps no job that could be adopted' }]);
}

/** Whether nothing is to be stored, and the key that such a request may leave out. */
function readDryRun({ request }: Call): { dryRun: boolean; key: { idempotency_key?: string } } {
  const dryRun = readQuery(request, DRY_RUN).validate_only === true;
  return { dryRun, key: dryRun ? { idempotency_key: 'validate-only' } : {} };
}

/** The body with the job of the path and the key of the header; the job must exist before its body is looked at. */
async function readFields(deps: ApiDeps, { principal, request, response }: Call): Promise<Record<string, unknown>> {
  const job = await requireJob(deps, principal, request.params['job_id']);
  const fields = withKey(objectOf(await readJson(request, response)), request);
  const given = fields['job_id'];
  if (given !== undefined && given !== job.job_id) {
    throw requestInvalid([{ pointer: '/job_id', message: 'differs from the job of the path' }]);
  }
  return { ...fields, job_id: job.job_id };
}

/** `POST …/approvals` means the same as the approval job type of its gate, also to a repeated key. */
function asApprovalJob(fields: Record<string, unknown>): Record<string, unknown> {
  const gate = gateName.safeParse(fields['gate']);
  const jobType = APPROVAL_JOB_TYPES.find((name) => gate.success && GATE_OF[name] === gate.data);
  if (!gate.success || !jobType) {
    const issues = gate.error?.issues.map((issue) => ({ ...issue, path: ['gate', ...issue.path] })) ?? [];
    throw requestInvalid(fieldErrors(issues, fields));
  }
  const { gate: _, ...rest } = fields;
  return { contract: 'v3', ...rest, job_type: jobType };
}
