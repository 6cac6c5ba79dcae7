import type { DecisionRow } from '../../db/decisions';

/** A decision and what became of it. */
export function presentDecision(row: DecisionRow) {
  return {
    decision_id: row.decision_id,
    gate: row.gate,
    decision: row.decision,
    revision: row.revision,
    scenes: row.scenes,
    note: row.note,
    edits: row.edits,
    decided_by: row.decided_by,
    created_at: row.created_at.toISOString(),
    fate: row.fate,
    settled_at: row.settled_at?.toISOString() ?? null,
    resumed_job_id: row.resumed_job_id,
  };
}
