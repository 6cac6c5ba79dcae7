import type { DecisionFate, DecisionSignal } from '../contracts/plan';
import type { Gate, StageName } from '../contracts/vocabulary';
import { CLOSING } from './job-status-sets';
import type { Db } from './pool';

export interface OpenGate {
  gate: Gate | 'submit_unknown';
  /** Whose submit is unknown; null at a reviewer's gate. */
  stage: StageName | null;
  revision: number;
  opened_at: Date;
  scenes: number[];
  assets: string[];
}

/** Gates of a job that wait for a decision now. */
export async function loadOpenGates(db: Db, jobId: string): Promise<OpenGate[]> {
  const { rows } = await db.query<OpenGate>(
    'select gate, stage, revision, opened_at, scenes, assets from gates where job_id = $1 and closed_at is null order by opened_at, gate',
    [jobId],
  );
  return rows;
}

/** Opens a gate's round, or changes which of its scenes still wait. Older rounds of the gate are closed. True when it is new. */
export async function saveOpenGate(
  db: Db,
  gate: { job_id: string; gate: Gate; revision: number; scenes: number[]; assets: string[]; now: Date; deadline_ms: number | null },
): Promise<boolean> {
  await db.query('update gates set closed_at = $4 where job_id = $1 and gate = $2 and revision < $3 and closed_at is null', [
    gate.job_id,
    gate.gate,
    gate.revision,
    gate.now,
  ]);
  const deadline = gate.deadline_ms === null ? null : new Date(gate.now.getTime() + gate.deadline_ms);
  const { rows } = await db.query<{ created: boolean }>(
    `insert into gates (job_id, gate, revision, opened_at, scenes, assets, deadline_at) values ($1, $2, $3, $4, $5, $6::jsonb, $7)
     on conflict (job_id, gate, revision) do update set scenes = excluded.scenes, closed_at = null
     returning (xmax = 0) as created`,
    [gate.job_id, gate.gate, gate.revision, gate.now, gate.scenes, JSON.stringify(gate.assets), deadline],
  );
  return rows[0]?.created ?? false;
}

export async function closeGate(db: Db, jobId: string, gate: Gate, now: Date): Promise<void> {
  await db.query('update gates set closed_at = $3 where job_id = $1 and gate = $2 and closed_at is null', [jobId, gate, now]);
}

/** Writes down what became of a decision; one that came by a direct Temporal signal gets its row here. */
export async function settleDecision(
  db: Db,
  settled: { tenant: string; job_id: string; decision: DecisionSignal; fate: DecisionFate; now: Date },
): Promise<void> {
  const { decision } = settled;
  await db.query(
    `insert into decisions (decision_id, tenant, job_id, gate, decision, revision, scenes, note, edits, decided_by, created_at, fate, settled_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, $10, $11, $12, $11)
     on conflict (job_id, decision_id) do update set fate = excluded.fate, settled_at = excluded.settled_at`,
    [
      decision.decision_id,
      settled.tenant,
      settled.job_id,
      decision.gate,
      decision.decision,
      decision.revision,
      decision.scenes ?? null,
      decision.note ?? null,
      decision.edits === undefined ? null : JSON.stringify(decision.edits),
      decision.decided_by,
      settled.now,
      settled.fate,
    ],
  );
}

/** The words of a decision that asked for work to be done again. */
export async function loadDecisionWords(
  db: Db,
  jobId: string,
  decisionId: string,
): Promise<{ note: string | null; edits: unknown } | null> {
  const { rows } = await db.query<{ note: string | null; edits: unknown }>(
    'select note, edits from decisions where job_id = $1 and decision_id = $2',
    [jobId, decisionId],
  );
  return rows[0] ?? null;
}

/**
 * Sets the job's status by whether a gate is open, and stores `job.waiting_for_approval` when one opened. A job that waits for
 * money keeps that in its row, because it still does when the gates are closed; answers show the decision first.
 */
export async function saveAwaiting(
  db: Db,
  job: { job_id: string; awaiting: unknown[]; announce: boolean; now: Date; event_id: string },
): Promise<void> {
  const waiting = job.awaiting.length > 0;
  await db.query(
    `with job as (
       update jobs set status = case when status = 'waiting_for_budget' then status when $2 then 'waiting_for_approval' when status = 'waiting_for_approval' then 'running' else status end,
              last_sequence = last_sequence + $3::boolean::integer,
              last_event_at = case when $3 then greatest(last_event_at, $5) else last_event_at end
        where job_id = $1 and status not in ${CLOSING}
       returning last_sequence, last_event_at, callback)
     insert into events (event_id, job_id, sequence, type, timestamp, data, delivery)
     select $4, $1, job.last_sequence, 'job.waiting_for_approval', job.last_event_at, $6::jsonb, case when job.callback is null then null else 'pending' end
       from job where $3::boolean`,
    [job.job_id, waiting, job.announce, job.event_id, job.now, JSON.stringify({ awaiting: job.awaiting })],
  );
}

/**
 * A job at whose gates nobody is awaited any more runs on. The job is locked first, so that a gate which opens at the same
 * moment is seen here, or sets the status after this.
 */
export async function endWaitForApproval(db: Db, jobId: string): Promise<void> {
  await db.query('select 1 from jobs where job_id = $1 for update', [jobId]);
  await db.query(
    `update jobs set status = 'running' where job_id = $1 and status = 'waiting_for_approval'
       and not exists (select 1 from gates where job_id = $1 and closed_at is null)`,
    [jobId],
  );
}
