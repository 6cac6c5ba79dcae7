import type { CancelResult, FaultFacts, FrozenRequest, IntentStatus, ProviderJob, StoredOutcome } from '../contracts/operation';
import type { StageName } from '../contracts/vocabulary';
import { CLOSING } from './job-status-sets';
import { jsonOrNull } from './json-or-null';
import type { Db } from './pool';

/** One item's operation; `try` counts the repeats that were decided on. */
export interface OperationAddress {
  job_id: string;
  stage: StageName;
  scene: number | null;
  generation: number;
  family: string;
  part: string;
}

export interface Intent extends OperationAddress {
  operation_key: string;
  wire_key: string;
  tenant: string;
  try: number;
  capability: string;
  execution_key: string;
  request: FrozenRequest;
  status: IntentStatus;
  provider_job: ProviderJob | null;
  reported: ProviderJob | null;
  outcome: StoredOutcome | null;
  fault: FaultFacts | null;
  cancel_result: CancelResult | null;
  reserved_micro_usd: number;
  settled_micro_usd: number | null;
  created_at: Date;
  sent_at: Date | null;
  settled_at: Date | null;
}

const COLUMNS = `operation_key, wire_key, job_id, tenant, stage, scene, generation, part, try, capability, family, execution_key, request, status,
  provider_job, reported, outcome, fault, cancel_result, reserved_micro_usd, settled_micro_usd, created_at, sent_at, settled_at`;

/** The last try of an operation. */
export async function findIntent(db: Db, at: OperationAddress): Promise<Intent | null> {
  const { rows } = await db.query<Intent>({
    name: 'find_intent',
    text: `select ${COLUMNS} from intents where job_id = $1 and stage = $2 and scene is not distinct from $3::integer and generation = $4
      and family = $5 and part = $6 order by try desc limit 1`,
    values: [at.job_id, at.stage, at.scene, at.generation, at.family, at.part],
  });
  return rows[0] ?? null;
}

export async function loadIntent(db: Db, operationKey: string): Promise<Intent | null> {
  const { rows } = await db.query<Intent>({ name: 'load_intent', text: `select ${COLUMNS} from intents where operation_key = $1`, values: [operationKey] });
  return rows[0] ?? null;
}

/** Intents of a job that have not ended, oldest first. */
export async function listOpenIntents(db: Db, jobId: string): Promise<Intent[]> {
  const { rows } = await db.query<Intent>(
    `select ${COLUMNS} from intents where job_id = $1 and status in ('ready', 'sending', 'submitted', 'unknown') order by created_at`,
    [jobId],
  );
  return rows;
}

/** Submits whose fate nobody knows, oldest first. */
export async function listUnknownIntents(db: Db, wanted: { tenant: string | null; limit: number }): Promise<Intent[]> {
  const { rows } = await db.query<Intent>(
    `select ${COLUMNS} from intents where status = 'unknown' and ($1::text is null or tenant = $1) order by created_at limit $2`,
    [wanted.tenant, wanted.limit],
  );
  return rows;
}

/** Work that a cancellation met too late and whose cost nobody knows yet, oldest first. */
export async function listCostUnknown(db: Db, wanted: { tenant: string | null; after: Date; limit: number }): Promise<Intent[]> {
  const { rows } = await db.query<Intent>(
    `select ${COLUMNS} from intents where status in ('cancelled', 'handed_on') and not cost_known and provider_job is not null and settled_at > $2
       and ($1::text is null or tenant = $1) order by settled_at limit $3`,
    [wanted.tenant, wanted.after, wanted.limit],
  );
  return rows;
}

/**
 * The same work, begun or finished by an ancestor: a result that is paid, a job that may still run, or a submit of unknown
 * fate. Locked, so that two resumed jobs do not both take it over.
 */
export async function findAncestorIntent(db: Db, wanted: { job_ids: string[]; execution_key: string; family: string; part: string }): Promise<Intent | null> {
  const { rows } = await db.query<Intent>(
    `select ${COLUMNS} from intents
      where job_id = any($1) and execution_key = $2 and family = $3 and part = $4
        and (status in ('succeeded', 'submitted', 'sending', 'unknown') or (status = 'cancelled' and sent_at is not null and cancel_result <> 'cancelled'))
      order by status = 'succeeded' desc, created_at desc limit 1 for update`,
    [wanted.job_ids, wanted.execution_key, wanted.family, wanted.part],
  );
  return rows[0] ?? null;
}

export type NewIntent = Pick<
  Intent,
  | keyof OperationAddress
  | 'operation_key' | 'wire_key' | 'tenant' | 'try' | 'capability' | 'execution_key' | 'request' | 'status' | 'provider_job' | 'outcome'
  | 'reserved_micro_usd' | 'settled_micro_usd' | 'created_at' | 'sent_at'
>;

/** Null where another attempt wrote it first. */
export async function insertIntent(db: Db, intent: NewIntent): Promise<Intent | null> {
  const { rows } = await db.query<Intent>(
    `insert into intents (operation_key, wire_key, job_id, tenant, stage, scene, generation, part, try, capability, family, execution_key,
       request, status, provider_job, outcome, reserved_micro_usd, settled_micro_usd, created_at, sent_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13::jsonb, $14, $15::jsonb, $16::jsonb, $17, $18, $19, $20)
     on conflict do nothing returning ${COLUMNS}`,
    [
      intent.operation_key, intent.wire_key, intent.job_id, intent.tenant, intent.stage, intent.scene, intent.generation, intent.part, intent.try,
      intent.capability, intent.family, intent.execution_key, JSON.stringify(intent.request), intent.status, jsonOrNull(intent.provider_job),
      jsonOrNull(intent.outcome), intent.reserved_micro_usd, intent.settled_micro_usd, intent.created_at, intent.sent_at,
    ],
  );
  return rows[0] ?? null;
}

/** An ancestor's operation is this job's from now on, and so is its reservation. */
export async function handOn(db: Db, operationKey: string): Promise<void> {
  await db.query(`update intents set status = 'handed_on', reserved_micro_usd = 0 where operation_key = $1 and status <> 'succeeded'`, [operationKey]);
}

/** From here on bytes may have left. False where it is not ours to send any more, or the job is not to go on. */
export async function markSending(db: Db, operationKey: string, now: Date): Promise<boolean> {
  const { rowCount } = await db.query(
    `update intents set status = 'sending', sent_at = $2, fault = null where operation_key = $1 and status = 'ready'
        and exists (select 1 from jobs where jobs.job_id = intents.job_id and jobs.status not in ${CLOSING})`,
    [operationKey, now],
  );
  return rowCount === 1;
}

/** The provider did not accept it, so the same request may be sent again. */
export async function markReady(db: Db, operationKey: string, fault: FaultFacts | null): Promise<void> {
  await db.query(`update intents set status = 'ready', fault = $2::jsonb where operation_key = $1 and status = 'sending'`, [operationKey, jsonOrNull(fault)]);
}

/** The provider's job is known: from here on it is adopted, never submitted again. */
export async function recordProviderJob(db: Db, operationKey: string, job: ProviderJob): Promise<void> {
  await db.query(
    `update intents set status = 'submitted', provider_job = $2::jsonb where operation_key = $1 and status in ('ready', 'sending', 'unknown')`,
    [operationKey, JSON.stringify(job)],
  );
}
