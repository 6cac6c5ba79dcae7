import type { JobRequest } from '../../contracts/job.schema';
import type { ApiDeps } from '../deps';
import type { Call } from '../endpoint';
import { presentJob } from '../present/job';
import { sendJson } from '../send-json';
import { acceptRequest } from './accept-job';
import { decide } from './decide';
import { estimateRequest } from './estimate';
import { isDecision } from './prepare';

/** Accepts any checked request and answers it: 202, or 200 where the same request came before. */
export async function answerRequest(
  deps: ApiDeps,
  { principal, response }: Call,
  { request, dryRun }: { request: JobRequest; dryRun: boolean },
): Promise<void> {
  if (dryRun) return void response.json(await estimateRequest(deps, principal.tenant, request));
  if (isDecision(request)) {
    const { replayed, ...answer } = await decide(deps, principal, request);
    response.set(replayedHeader(replayed));
    return void response.status(replayed ? 200 : 202).json(answer);
  }
  const { job, replayed } = await acceptRequest(deps, principal.tenant, request);
  response.setHeader('location', `/v1/jobs/${job.job_id}`);
  if (replayed) response.set(replayedHeader(replayed));
  sendJson(response, replayed ? 200 : 202, await presentJob(deps, job));
}

function replayedHeader(replayed: boolean): Record<string, string> {
  return replayed ? { 'idempotency-replayed': 'true' } : {};
}
