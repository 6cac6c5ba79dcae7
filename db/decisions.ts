import type { DecisionSignal } from '../contracts/plan';
import type { Decision, Gate } from '../contracts/vocabulary';
import { ENDED } from './job-status-sets';
import type { Db } from './pool';

/** A gate that waits, and the newest round in which each scene's work was shown. */
export interface GateRound {
  revision: number;
  scenes: number[];
  /** Round of the newest work by scene; empty for work without scenes. */
  shown: { scene: number; revision: number }[];
}

/** The open round of a job's gate. `stages` are those whose remake makes an older decision stale. */
export async function findOpenGate(db: Db, jobId: string, gate: Gate, stages: string[]): Promise<GateRound | null> {
  const { rows } = await db.query<GateRound>({
    name: 'find_open_gate',
    text: `select revision, scenes,
        coalesce((select json_agg(json_build_object('scene', scene, 'revision', revision)) from
          (select scene, max(revision) as revision from steps where job_id = $1 and stage = any($3) and scene is not null group by scene) s), '[]') as shown
      from gates where job_id = $1 and gate = $2 and closed_at is null order by revision desc limit 1`,
    values: [jobId, gate, stages],
  });
  return rows[0] ?? null;
}

export interface NewDecision {
  decision_id: string;
  tenant: string;
  job_id: string;
  idempotency_key: string;
  fingerprint: string;
  gate: Gate;
  decision: Decision;
  revision: number;
  scenes: number[] | null;
  note: string | null;
  edits: unknown;
  decided_by: string;
  now: Date;
  /** The job that a decision on an ended job became. */
  resumed_job_id: string | null;
}

const SAVE_DECISION = `
with claimed as (
  insert into idempotency_keys (tenant, key, fingerprint, decision_id) values ($2, $4, $5, $1)
  on conflict do nothing returning 1
)
insert into decisions (decision_id, tenant, job_id, idempotency_key, fingerprint, gate, decision, revision, scenes, note, edits, decided_by, created_at)
select $1, $2, $3, $4, $5, $6, $7, $8::integer, $9::integer[], $10, $11::jsonb, $12, $13::timestamptz from claimed`;

/** Stores a decision and claims its key; false, with nothing stored, when the key was used before. */
export async function saveDecision(db: Db, decision: NewDecision): Promise<boolean> {
  const { rowCount } = await db.query({ name: 'save_decision', text: SAVE_DECISION, values: decisionValues(decision) });
  return rowCount === 1;
}

function decisionValues(decision: NewDecision): unknown[] {
  return [
    decision.decision_id, decision.tenant, decision.job_id, decision.idempotency_key, decision.fingerprint, decision.gate,
    decision.decision, decision.revision, decision.scenes, decision.note,
    decision.edits === null ? null : JSON.stringify(decision.edits), decision.decided_by, decision.now,
  ];
}

/** Stores the decision behind a job that resumes an ended one; the key was claimed with that job. */
export async function saveResumingDecision(db: Db, decision: NewDecision): Promise<void> {
  await db.query(
    `with keyed as (update idempotency_keys set decision_id = $1 where tenant = $2 and key = $4)
     insert into decisions (decision_id, tenant, job_id, idempotency_key, fingerprint, gate, decision, revision, scenes, note, edits,
       decided_by, created_at, fate, settled_at, resumed_job_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8::integer, $9::integer[], $10, $11::jsonb, $12, $13::timestamptz, 'applied', $13, $14)`,
    [...decisionValues(decision), decision.resumed_job_id],
  );
}

/**
 * The job as which an ended one goes on since somebody approved it at this gate; null where nobody did, or that job came to
 * nothing. Holds the ended job until the transaction ends, so that of two reviewers one sees the other's.
 */
export async function findResumption(db: Db, jobId: string, gate: Gate): Promise<string | null> {
  // Each has stored a job that refers to it, and so holds its key: a stronger lock would have them wait for each other.
  await db.query('select from jobs where job_id = $1 for no key update', [jobId]);
  const { rows } = await db.query<{ job_id: string }>(
    `select r.job_id from decisions d join jobs r on r.job_id = d.resumed_job_id
      where d.job_id = $1 and d.gate = $2 and d.decision = 'approved' and d.edits is null and r.status not in ('failed', 'cancelled')
      order by d.created_at desc limit 1`,
    [jobId, gate],
  );
  return rows[0]?.job_id ?? null;
}

/** The newest round of a job's gate, open or closed; null where it never opened. */
export async function findNewestRevision(db: Db, jobId: string, gate: Gate): Promise<number | null> {
  const { rows } = await db.query<{ revision: number | null }>('select max(revision) as revision from gates where job_id = $1 and gate = $2', [jobId, gate]);
  return rows[0]?.revision ?? null;
}

export interface DecisionRow extends Required<DecisionSignal> {
  job_id: string;
  created_at: Date;
  fate: string;
  settled_at: Date | null;
  resumed_job_id: string | null;
}

const COLUMNS = `decision_id, job_id, gate, decision, revision, scenes, note, decided_by, edits, created_at, fate, settled_at, resumed_job_id`;

export async function findDecision(db: Db, tenant: string, decisionId: string): Promise<DecisionRow | null> {
  const { rows } = await db.query<DecisionRow>({
    name: 'find_decision',
    text: `select ${COLUMNS} from decisions where decision_id = $1 and tenant = $2`,
    values: [decisionId, tenant],
  });
  return rows[0] ?? null;
}

/** Every decision on a job, oldest first. */
export async function listDecisions(db: Db, jobId: string): Promise<DecisionRow[]> {
  const { rows } = await db.query<DecisionRow>({
    name: 'list_decisions',
    text: `select ${COLUMNS} from decisions where job_id = $1 order by created_at, decision_id`,
    values: [jobId],
  });
  return rows;
}

/** Decisions whose signal a workflow may not have got, and of which it may be told now. */
export async function listUnsettled(db: Db, query: { before: Date; now: Date; limit: number }): Promise<DecisionRow[]> {
  const { rows } = await db.query<DecisionRow>({
    name: 'list_unsettled',
    text: `select ${COLUMNS.split(', ').map((column) => `d.${column}`).join(', ')} from decisions d join jobs j using (job_id)
      where d.fate = 'recorded' and d.created_at < $1 and (d.signal_after is null or d.signal_after <= $2)
        and j.status not in ${ENDED}
      order by d.created_at limit $3`,
    values: [query.before, query.now, query.limit],
  });
  return rows;
}

/** The workflow was told again: the next time is after a pause that doubles from two seconds up to ten minutes. */
export async function tellAgainLater(db: Db, decisionId: string, now: Date): Promise<void> {
  await db.query({
    name: 'tell_again_later',
    text: `update decisions set signals = signals + 1, signal_after = $2::timestamptz + least(2 * 2 ^ least(signals, 20), 600) * interval '1 second'
      where decision_id = $1`,
    values: [decisionId, now],
  });
}

/** Decisions that were stored while their job ended: nothing has come of them. */
export async function settleDecisionsOfEnded(db: Db, query: { before: Date; now: Date }): Promise<void> {
  await db.query({
    name: 'settle_decisions_of_ended',
    text: `update decisions d set fate = 'gate_not_open', settled_at = $2 from jobs j
      where j.job_id = d.job_id and d.fate = 'recorded' and d.created_at < $1 and j.status in ${ENDED}`,
    values: [query.before, query.now],
  });
}
