import { z } from 'zod';
import type { CancelResult, FrozenRequest, JobDesk, JobState, OperationCall, Outcome, ProviderJob, Submission } from '../capabilities/paid-operation';
import { isProviderFault, ProviderFault, type FaultFacts } from '../capabilities/provider-fault';
import { downloadResult } from '../http/download';
import type { ProviderHttp } from '../http/provider-http';
import { faultOfEnded, kindOfType } from './errors';
import { frozenBody, wireInput } from './frozen';
import { pathsFrom, pathsOf } from './queue-addresses';
import { outcomeOf } from './result';
import type { FalTariff } from './tariff';

const LIMITS = { timeout_ms: 60_000, max_bytes: 4 * 1024 * 1024 };
/** How long a request may wait for a machine before fal gives it up, unbilled. */
const LONGEST_QUEUE_S = 3_600;

const submitted = z.object({ request_id: z.string().min(1).max(200), status_url: z.string().optional(), response_url: z.string().optional(), cancel_url: z.string().optional() });
const status = z.object({ status: z.string(), error: z.string().nullish(), error_type: z.string().nullish() });
const cancelled = z.object({ status: z.string().optional() });
const anything = z.record(z.string(), z.unknown());

/** Puts a request into fal's queue, once: fal is told not to repeat it either. */
export async function submitToQueue(http: ProviderHttp, request: FrozenRequest, call: OperationCall): Promise<Submission> {
  const query = call.webhook_url === null ? '' : `?fal_webhook=${encodeURIComponent(call.webhook_url)}`;
  const { value } = await http.json(
    {
      ...{ purpose: 'submit', method: 'POST', to: { path: `/${request.model}${query}` }, signal: call.signal, ...LIMITS },
      headers: { 'x-fal-no-retry': '1', 'x-fal-request-timeout': String(LONGEST_QUEUE_S) },
      body: { json: await wireInput(request, call) },
    },
    submitted,
  );
  const urls = pathsFrom({ status: value.status_url ?? '', result: value.response_url ?? '', cancel: value.cancel_url ?? '' }, http.base);
  return { kind: 'accepted', job: { id: value.request_id, urls } };
}

/** What can be done with a job of the queue. */
export function createFalDesk(http: ProviderHttp, tariff: () => FalTariff): Required<Pick<JobDesk, 'poll' | 'cancel' | 'download'>> {
  return {
    poll: (job, request, call) => pollJob({ http, tariff }, { job, request, call }),
    cancel: (job, request, call) => cancelJob(http, { job, request, call }),
    download: (file, path, { signal }) => downloadResult(http, file, { path, family: 'fal', signal }),
  };
}

interface Asked {
  job: ProviderJob;
  request: FrozenRequest;
  call: OperationCall;
}

async function pollJob(desk: { http: ProviderHttp; tariff(): FalTariff }, asked: Asked): Promise<JobState> {
  const { value } = await statusOf(desk.http, asked);
  if (value.status === 'IN_QUEUE' || value.status === 'IN_PROGRESS') return { kind: 'pending', percent: null, next_poll_ms: null };
  if (value.status === 'CANCELLED' || value.status === 'CANCELED') return { kind: 'cancelled', cost_micro_usd: null };
  if (value.status !== 'COMPLETED') throw new ProviderFault('fal', { kind: 'protocol', charged: 'unknown' });
  const failure = value.error_type ? kindOfType(value.error_type) : undefined;
  if (failure) return failed({ kind: failure, charged: 'unknown' });
  return collect(desk, asked);
}

function statusOf(http: ProviderHttp, { job, request, call }: Asked) {
  return http.json({ purpose: 'poll', method: 'GET', to: { path: pathsOf(job, request.model).status }, signal: call.signal, ...LIMITS }, status);
}

/** The result of a job that has ended; a completed job may still have failed, which its result's status says. */
async function collect({ http, tariff }: { http: ProviderHttp; tariff(): FalTariff }, { job, request, call }: Asked): Promise<JobState> {
  try {
    const to = { path: pathsOf(job, request.model).result };
    const { value, headers } = await http.json({ purpose: 'fetch', method: 'GET', to, signal: call.signal, ...LIMITS }, anything);
    const outcome: Outcome = outcomeOf({ value, units: headers('x-fal-billable-units'), frozen: frozenBody(request), model: request.model }, tariff(), http.base);
    return { kind: 'succeeded', outcome };
  } catch (error) {
    if (!isProviderFault(error) || !isFailedJob(error)) throw error;
    return failed(error.facts());
  }
}

function failed(facts: FaultFacts): JobState {
  const fault = faultOfEnded(facts);
  return { kind: 'failed', fault, cost_micro_usd: fault.charged === 'no' ? 0 : null };
}

/** Whether the fault is about the work, not about asking for it. */
function isFailedJob({ kind }: ProviderFault): boolean {
  return kind === 'bad_input' || kind === 'bad_output' || kind === 'content_rejected' || kind === 'unsupported' || kind === 'capacity';
}

/** A job that still waits is taken out of the queue; one that runs is only asked to stop, and may be billed. */
async function cancelJob(http: ProviderHttp, asked: Asked): Promise<CancelResult> {
  const { job, request, call } = asked;
  try {
    await http.json({ purpose: 'poll', method: 'PUT', to: { path: pathsOf(job, request.model).cancel }, signal: call.signal, ...LIMITS }, cancelled);
  } catch (error) {
    if (isProviderFault(error) && [400, 404, 409].includes(error.http_status ?? 0)) return 'too_late';
    throw error;
  }
  const after = await statusOf(http, asked).catch(() => null);
  return after !== null && ['IN_PROGRESS', 'COMPLETED'].includes(after.value.status) ? 'too_late' : 'cancelled';
}
