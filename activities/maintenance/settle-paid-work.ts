import { getClient, heartbeat } from '@temporalio/activity';
import { findCapReached } from '../../db/budget';
import { listCostUnknown, listUnknownIntents, type Intent } from '../../db/intents';
import { endWaitForBudget, listParkedSteps, type ParkedStep } from '../../db/parked-steps';
import { inTransaction } from '../../db/pool';
import { expireSlots } from '../../db/provider-slots';
import { correctCost } from '../../db/settlements';
import { adoptUnknown, closeAnsweredGates } from '../../db/unknown-submits';
import type { Deps } from '../deps';
import { askDesk } from '../operations/ask-desk';
import type { MaintenanceActivities, PaidReport } from './maintenance';
import { ITEMS_A_SWEEP, KNOWN_FOR_MS, settleLeftOpen } from './settle-left-open';

/**
 * Keeps paid work moving where nobody is at it: places of lost workers are freed, submits of unknown fate are looked up at
 * their provider, costs that nobody knew are corrected, what ended jobs left open is settled, and parked items go on when there
 * is room under their cap again, or when a signal to let them go was lost.
 */
export function settlePaidWork(deps: Deps): MaintenanceActivities['settle_paid_work'] {
  return async ({ dry_run = false, older_than_ms, tenant = null }) => {
    const freed_slots = await expireSlots(deps.pool, { now: deps.now(), tenant, dry_run });
    const adopted = await adoptFound(deps, { tenant, dry_run });
    const corrected = await correctCosts(deps, { tenant, dry_run });
    const settled = await settleLeftOpen(deps, { tenant, dry_run, older_than_ms });
    const parked = await listParkedSteps(deps.pool, { tenant, limit: ITEMS_A_SWEEP });
    const unparked = new Set<string>();
    for (const step of parked) if (!unparked.has(step.job_id) && (await mayGoOn(deps, step))) unparked.add(step.job_id);
    if (!dry_run) for (const jobId of unparked) await unpark(deps, jobId);
    return { freed_slots, adopted, corrected, settled, unparked: [...unparked] };
  };
}

/** Submits of unknown fate that their provider knows by reference. */
async function adoptFound(deps: Deps, wanted: { tenant: string | null; dry_run: boolean }): Promise<PaidReport['adopted']> {
  const adopted: PaidReport['adopted'] = [];
  for (const intent of await listUnknownIntents(deps.pool, { tenant: wanted.tenant, limit: ITEMS_A_SWEEP })) {
    heartbeat({ job_id: intent.job_id });
    const job = await askDesk(deps, intent, (desk, call) => desk.find?.(intent.request, call));
    if (!job) continue;
    adopted.push({ job_id: intent.job_id, stage: intent.stage, scene: intent.scene });
    if (!wanted.dry_run) await inTransaction(deps.pool, (db) => adoptUnknown(db, { family: intent.family, wire_key: intent.wire_key, job, now: deps.now() }));
  }
  return adopted;
}

/** What a cancellation met too late counts with its reserved price until the provider says what it came to. */
async function correctCosts(deps: Deps, wanted: { tenant: string | null; dry_run: boolean }): Promise<PaidReport['corrected']> {
  const corrected: PaidReport['corrected'] = [];
  const after = new Date(deps.now().getTime() - KNOWN_FOR_MS);
  for (const intent of await listCostUnknown(deps.pool, { tenant: wanted.tenant, after, limit: ITEMS_A_SWEEP })) {
    heartbeat({ job_id: intent.job_id });
    const cost = await finalCost(deps, intent, wanted.dry_run);
    if (cost === null) continue;
    corrected.push({ job_id: intent.job_id, stage: intent.stage, scene: intent.scene, cost_micro_usd: cost });
    if (!wanted.dry_run) await correctCost(deps.pool, { operation_key: intent.operation_key, cost_micro_usd: cost, now: deps.now() });
  }
  return corrected;
}

async function finalCost(deps: Deps, intent: Intent, isDry: boolean): Promise<number | null> {
  const { provider_job, request } = intent;
  if (!provider_job) return null;
  const state = await askDesk(deps, intent, (desk, call) => desk.poll?.(provider_job, request, call));
  // It became known only after its job was cancelled; where another job goes on with it, it is to run.
  if (state?.kind === 'pending' && intent.status === 'cancelled' && !isDry) await askDesk(deps, intent, (desk, call) => desk.cancel?.(provider_job, request, call));
  if (!state || state.kind === 'pending') return null;
  return state.kind === 'succeeded' ? state.outcome.cost_micro_usd : state.cost_micro_usd;
}

async function mayGoOn(deps: Deps, step: ParkedStep): Promise<boolean> {
  const { needed_micro_usd, job_id, tenant } = step;
  if (needed_micro_usd === null) return true;
  return (await inTransaction(deps.pool, (db) => findCapReached(db, { job_id, tenant, needed_micro_usd, ...deps.money, now: deps.now() }))) === null;
}

async function unpark(deps: Deps, jobId: string): Promise<void> {
  await inTransaction(deps.pool, async (db) => {
    await closeAnsweredGates(db, { job_id: jobId, now: deps.now() });
    await endWaitForBudget(db, jobId);
  });
  try {
    await getClient().workflow.getHandle(jobId).signal('unpark');
  } catch (error) {
    deps.log.warn({ job_id: jobId, reason: error instanceof Error ? error.name : 'unknown' }, 'a parked job could not be told to go on');
  }
}
