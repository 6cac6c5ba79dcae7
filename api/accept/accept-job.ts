import { canonicalJson, digestOfGiven, digestOfJson } from '../../contracts/digest';
import { ProblemError } from '../../contracts/errors';
import type { JobRequest } from '../../contracts/job.schema';
import { acceptJobs, findKey, type ClaimedKey, type NewJob } from '../../db/accept';
import { findJob, type JobRow } from '../../db/jobs';
import { inTransaction, type Db } from '../../db/pool';
import type { ApiDeps } from '../deps';
import { checkCallback } from './callback';
import { planCost } from './cost';
import { prepareJob, type WorkRequest } from './prepare';
import type { PreparedJob } from './preparation';

export interface Accepted {
  job: JobRow;
  /** True when the same request came before: nothing was done now. */
  replayed: boolean;
}

/** What makes two requests the same: the whole validated body but the key. A member that is null says as much as none. */
export function fingerprintOf(request: JobRequest): string {
  return digestOfGiven({ ...request, idempotency_key: undefined });
}

/**
 * Stores a job and its first event in one transaction, then has its workflow started in the background. A repeated
 * request gets the job that is there, whatever has changed since.
 * @throws ProblemError with every code of the door
 */
export async function acceptRequest(deps: ApiDeps, tenant: string, request: WorkRequest): Promise<Accepted> {
  const claim = { tenant, key: request.idempotency_key, fingerprint: fingerprintOf(request) };
  if (mentionsUrl(request)) {
    // Fetching is slow and stores something, so a repeated request must not come so far.
    const earlier = await findReplay(deps, claim);
    if (earlier) return earlier;
  }
  // What was known of an avatar may have changed; what is read now has not.
  const accepted = (await attempt(deps, claim, { request, fresh: false })) ?? (await attempt(deps, claim, { request, fresh: true }));
  if (!accepted) throw new ProblemError('temporarily_unavailable');
  return accepted;
}

/** Null where the job was not stored, and not because the same request came before. */
async function attempt(deps: ApiDeps, claim: Claim, { request, fresh }: { request: WorkRequest; fresh: boolean }): Promise<Accepted | null> {
  const now = deps.now();
  const prepared = await orReplay(deps, claim, () => {
    checkCallback(request.callback, deps.settings);
    return prepareJob({ deps, tenant: claim.tenant, now, dryRun: false, fresh }, request);
  });
  if (!('snapshot' in prepared)) return prepared;
  const job = await acceptPrepared(deps, claim, { request, prepared, now, also: null });
  return job ? { job, replayed: false } : findReplay(deps, claim);
}

/** A prepared job, and what else belongs into the transaction that stores it. */
export interface PreparedAcceptance {
  request: CommonFields;
  prepared: PreparedJob;
  now: Date;
  also: ((db: Db, jobId: string) => Promise<void>) | null;
}

/** Stores a prepared job and has it started; null, with nothing stored, when the key was used meanwhile. */
export async function acceptPrepared(deps: ApiDeps, claim: Claim, acceptance: PreparedAcceptance): Promise<JobRow | null> {
  const job = newJob(deps, { ...claim, ...acceptance });
  if (!(await store(deps, job, acceptance))) return null;
  deps.launcher.enqueue(job);
  if (job.callback) void deps.launcher.poke(job, { now: false });
  return freshRow(job);
}

/** A refusal counts only where the request was not accepted before: the world may have changed since then. */
async function orReplay<T>(deps: ApiDeps, claim: Claim, work: () => Promise<T>): Promise<T | Accepted> {
  try {
    return await work();
  } catch (error) {
    const earlier = error instanceof ProblemError ? await findReplay(deps, claim) : null;
    if (earlier) return earlier;
    throw error;
  }
}

export interface Claim {
  tenant: string;
  key: string;
  fingerprint: string;
}

/**
 * What a key was used for before, if it was.
 * @throws ProblemError `idempotency_key_reused` when that was another request
 */
export async function findClaim(deps: ApiDeps, claim: Claim): Promise<ClaimedKey | null> {
  const earlier = await findKey(deps.pool, claim.tenant, claim.key);
  if (earlier && earlier.fingerprint !== claim.fingerprint) throw new ProblemError('idempotency_key_reused');
  return earlier;
}

async function findReplay(deps: ApiDeps, claim: Claim): Promise<Accepted | null> {
  const earlier = await findClaim(deps, claim);
  if (!earlier?.job_id) return null;
  const job = await findJob(deps.pool, claim.tenant, earlier.job_id);
  return job && { job, replayed: true };
}

async function store(deps: ApiDeps, job: NewJob, { prepared, also }: PreparedAcceptance): Promise<boolean> {
  const { seed } = prepared;
  if (!seed && !also) return deps.accept.add(job);
  return inTransaction(deps.pool, async (db) => {
    const [accepted] = await acceptJobs(db, [job]);
    if (accepted && seed) await seed(db, job.job_id);
    if (accepted && also) await also(db, job.job_id);
    return accepted === true;
  });
}

type CommonFields = Pick<JobRequest, 'job_type' | 'correlation' | 'callback' | 'priority' | 'budget_micro_usd'>;
type JobParts = Claim & Pick<PreparedAcceptance, 'request' | 'prepared' | 'now'>;

function newJob(deps: ApiDeps, { request, prepared, now, ...claim }: JobParts): NewJob {
  const snapshot_json = canonicalJson(prepared.snapshot);
  return {
    job_id: deps.newId('job'),
    tenant: claim.tenant,
    job_type: request.job_type,
    idempotency_key: claim.key,
    fingerprint: claim.fingerprint,
    mode: prepared.mode,
    route: prepared.route,
    avatar_id: prepared.avatar?.avatar_id ?? null,
    avatar_version: prepared.avatar?.version ?? null,
    parent_job_id: prepared.parent_job_id,
    snapshot_json,
    snapshot_sha256: digestOfJson(snapshot_json),
    plan: prepared.plan,
    correlation: request.correlation,
    callback: request.callback ?? null,
    priority: request.priority,
    budget_micro_usd: request.budget_micro_usd ?? null,
    estimated_micro_usd: planCost(prepared.plan, prepared.snapshot, deps.settings.priceOf).high,
    scenes: prepared.plan.scenes,
    created_at: now,
    event_id: deps.newId('event'),
    relies_on: prepared.relies_on,
  };
}

/** The row as it was just stored, without reading it back. Named one by one: a spread of so many costs as much as planning. */
function freshRow(job: NewJob): JobRow {
  return {
    job_id: job.job_id,
    tenant: job.tenant,
    job_type: job.job_type,
    contract: 'v3',
    idempotency_key: job.idempotency_key,
    status: 'accepted',
    mode: job.mode,
    route: job.route,
    avatar_id: job.avatar_id,
    avatar_version: job.avatar_version,
    parent_job_id: job.parent_job_id,
    plan: job.plan,
    correlation: job.correlation,
    callback: job.callback,
    priority: job.priority,
    budget_micro_usd: job.budget_micro_usd,
    estimated_micro_usd: job.estimated_micro_usd,
    scenes: job.scenes,
    created_at: job.created_at,
    spent_micro_usd: 0,
    percent: 0,
    current_stage: null,
    current_scene: null,
    result: null,
    error: null,
    last_sequence: 1,
    started_at: null,
    finished_at: null,
    open_gates: [],
    items: [],
  };
}

function mentionsUrl(request: WorkRequest): boolean {
  const photos = 'photos' in request ? request.photos : [];
  const sample = 'voice_sample' in request ? request.voice_sample : null;
  return photos.some((photo) => photo.url) || Boolean(sample?.url);
}
