import type { FrozenPlan } from '../contracts/plan';
import type { JobType, Mode } from '../contracts/vocabulary';
import type { Db } from './pool';

/** A job as the door stores it: everything that is known before any work. */
export interface NewJob {
  job_id: string;
  tenant: string;
  job_type: JobType;
  idempotency_key: string;
  fingerprint: string;
  mode: Mode | null;
  route: string;
  avatar_id: string | null;
  avatar_version: number | null;
  parent_job_id: string | null;
  /** The payload as canonical JSON, and its digest. */
  snapshot_json: string;
  snapshot_sha256: string;
  plan: FrozenPlan;
  correlation: Record<string, string>;
  callback: { url: string; secret_ref: string } | null;
  priority: number;
  budget_micro_usd: number | null;
  estimated_micro_usd: number;
  scenes: number | null;
  created_at: Date;
  event_id: string;
  /**
   * The avatar's version in the payload, where it may have been read a while ago: the job is stored only if the avatar is not
   * revoked and, for `latest`, has no newer one.
   */
  relies_on?: { avatar_id: string; version: number; latest: boolean } | null;
}

/** What travels as one JSON document for all jobs of a statement. The two long ones travel beside it, as text. */
const COLUMNS = {
  job_id: 'text',
  tenant: 'text',
  job_type: 'text',
  idempotency_key: 'text',
  fingerprint: 'text',
  mode: 'text',
  route: 'text',
  avatar_id: 'text',
  avatar_version: 'integer',
  parent_job_id: 'text',
  snapshot_sha256: 'text',
  correlation: 'jsonb',
  callback: 'jsonb',
  priority: 'integer',
  budget_micro_usd: 'bigint',
  estimated_micro_usd: 'bigint',
  scenes: 'integer',
  created_at: 'timestamptz',
  event_id: 'text',
  relies_on: 'jsonb',
} satisfies Record<Exclude<keyof NewJob, 'snapshot_json' | 'plan'>, string>;

const NAMES = Object.keys(COLUMNS);

const ACCEPT_JOBS = `
with asked as (
  select * from rows from (
    jsonb_to_recordset($1::jsonb) as (${Object.entries(COLUMNS).map(([name, type]) => `${name} ${type}`).join(', ')}),
    string_to_table($2, E'\\n'),
    string_to_table($3, E'\\n')
  ) as n (${NAMES.join(', ')}, snapshot, plan)
), new_job as (
  select * from asked where relies_on is null or exists (
    select from avatars a where a.avatar_id = relies_on->>'avatar_id' and a.tenant = asked.tenant and a.revoked_at is null
       and not ((relies_on->>'latest')::boolean and exists (
         select from avatar_versions v where v.avatar_id = a.avatar_id and v.version > (relies_on->>'version')::integer)))
), claimed as (
  insert into idempotency_keys (tenant, key, fingerprint, job_id)
  select tenant, idempotency_key, fingerprint, job_id from new_job order by tenant, idempotency_key
  on conflict do nothing returning job_id
), job as (
  insert into jobs (job_id, tenant, job_type, contract, idempotency_key, fingerprint, mode, route, avatar_id, avatar_version,
    parent_job_id, snapshot, snapshot_sha256, plan, correlation, callback, priority, budget_micro_usd, estimated_micro_usd,
    scenes, created_at, last_sequence, last_event_at)
  select job_id, tenant, job_type, 'v3', idempotency_key, fingerprint, mode, route, avatar_id, avatar_version, parent_job_id,
    snapshot::json, snapshot_sha256, plan::json, correlation, callback, priority, budget_micro_usd, estimated_micro_usd, scenes,
    created_at, 1, created_at
  from new_job where job_id in (select job_id from claimed)
)
insert into events (event_id, job_id, sequence, type, timestamp, data, delivery)
  select event_id, job_id, 1, 'job.accepted', created_at, '{"status": "accepted", "percent": 0}',
    case when callback is null then null else 'pending' end
  from new_job where job_id in (select job_id from claimed)
  returning job_id`;

/**
 * Stores jobs, each with its first event, and claims their idempotency keys, in one statement and so in one transaction.
 * Says for each whether it was stored: not where its tenant has used the key before, nor where its avatar is no longer what
 * it relies on. Keys are claimed in their order, so
 * that two such statements wait for each other and never for ever.
 */
export async function acceptJobs(db: Db, jobs: NewJob[]): Promise<boolean[]> {
  const { rows } = await db.query<{ job_id: string }>({ name: 'accept_jobs', text: ACCEPT_JOBS, values: [
    JSON.stringify(jobs.map(columnsOf)),
    // JSON that is written without layout holds no line break.
    jobs.map((job) => job.snapshot_json).join('\n'),
    jobs.map((job) => JSON.stringify(job.plan)).join('\n'),
  ] });
  const stored = new Set(rows.map((row) => row.job_id));
  return jobs.map((job) => stored.has(job.job_id));
}

function columnsOf(job: NewJob): Record<string, unknown> {
  const columns: Record<string, unknown> = {};
  for (const name of NAMES) columns[name] = Reflect.get(job, name);
  return columns;
}

/** What an idempotency key was used for. */
export interface ClaimedKey {
  fingerprint: string;
  job_id: string | null;
  decision_id: string | null;
}

export async function findKey(db: Db, tenant: string, key: string): Promise<ClaimedKey | null> {
  const { rows } = await db.query<ClaimedKey>({
    name: 'find_key',
    text: 'select fingerprint, job_id, decision_id from idempotency_keys where tenant = $1 and key = $2',
    values: [tenant, key],
  });
  return rows[0] ?? null;
}

