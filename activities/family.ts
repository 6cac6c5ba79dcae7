import type { FrozenPlan, StageTask } from '../contracts/plan';

/** Who does an item's work: the plan's first choice, or whoever took over after it could not. */
export function familyOf(plan: FrozenPlan, task: StageTask): string {
  return task.family ?? plan.rows.find((row) => row.stage === task.stage)?.family ?? 'local';
}

/** Who takes over when this family cannot; null where nobody is left. */
export function nextFamily(plan: FrozenPlan, task: StageTask): string | null {
  const row = plan.rows.find((candidate) => candidate.stage === task.stage);
  const order = [row?.family ?? 'local', ...(row?.fallbacks ?? []).map((fallback) => fallback.family)];
  return order[order.indexOf(familyOf(plan, task)) + 1] ?? null;
}
