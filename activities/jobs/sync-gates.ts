import type { FrozenPlan } from '../../contracts/plan';
import { closeGate, saveAwaiting, saveOpenGate, settleDecision } from '../../db/gates';
import { inTransaction, type Db } from '../../db/pool';
import { loadStepAssets } from '../../db/step-assets';
import type { GateView } from '../../workflows/engine/gates';
import type { Deps } from '../deps';
import { factsOf } from '../facts';
import { awaitingOf } from './awaiting';
import type { BookkeepingActivities } from './bookkeeping';

/** Stores gates and decisions in one transaction, with the event that tells the backend somebody has to decide. */
export function syncGates(deps: Deps): BookkeepingActivities['sync_gates'] {
  return async ({ job_id, views, settled }) => {
    const job = await factsOf(deps, job_id);
    const now = deps.now();
    await inTransaction(deps.pool, async (db) => {
      let opened = false;
      for (const view of views) opened = (await saveView(db, { job_id, plan: job.plan, view, now })) || opened;
      for (const { decision, fate } of settled) await settleDecision(db, { tenant: job.tenant, job_id, decision, fate, now });
      if (views.length === 0) return;
      const awaiting = await awaitingOf(db, job_id);
      await saveAwaiting(db, { job_id, awaiting, announce: opened, now, event_id: deps.newId('event') });
    });
    deps.pokes.request(job);
  };
}

interface Change {
  job_id: string;
  plan: FrozenPlan;
  view: GateView;
  now: Date;
}

async function saveView(db: Db, { job_id, plan, view, now }: Change): Promise<boolean> {
  if (!view.open) {
    await closeGate(db, job_id, view.gate, now);
    return false;
  }
  const deadline = plan.rows.find((row) => row.stage === view.stage)?.gate?.deadline_ms ?? null;
  const assets = await loadStepAssets(db, { job_id, stage: view.stage, scenes: view.scenes });
  return saveOpenGate(db, { job_id, gate: view.gate, revision: view.revision, scenes: view.scenes, assets, now, deadline_ms: deadline });
}
