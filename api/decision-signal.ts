import type { DecisionSignal } from '../contracts/plan';

/**
 * A stored decision as its workflow hears of it. A reviewer's words stay in Postgres, where the work that answers them reads
 * them: a workflow's history is shown to operators and kept long after.
 */
export function decisionSignal({ decision_id, gate, decision, revision, scenes, decided_by, edits }: DecisionSignal): DecisionSignal {
  return { decision_id, gate, decision, revision, scenes: scenes ?? null, decided_by, edits: edits ? true : null };
}
