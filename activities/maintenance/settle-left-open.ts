import { heartbeat } from '@temporalio/activity';
import type { JobState } from '../../adapters/capabilities/paid-operation';
import { loadIntent, recordProviderJob, type Intent } from '../../db/intents';
import { listLeftOpen, type LeftOpen } from '../../db/left-open';
import { inTransaction } from '../../db/pool';
import { findSettledOwner, settleIntent, type Settlement } from '../../db/settlements';
import type { Deps } from '../deps';
import { askDesk } from '../operations/ask-desk';
import type { PaidReport } from './maintenance';

/** Of one kind, in one sweep of paid work. */
export const ITEMS_A_SWEEP = 500;
/** An activity that has not heard yet of the end of its job may still write down how its work went. */
const GRACE_MS = 60_000;
/** No provider keeps what it knows of a job for longer; until then a resume, an operator or the provider may settle it. */
export const KNOWN_FOR_MS = 7 * 24 * 3_600_000;

/**
 * Settles what jobs that failed, were lost or completed left open at providers, so that it does not count against the
 * tenant's day for ever. What was never sent costs nothing. What has ended at its provider costs what that says, and a resume
 * may still take its result over, paid. What runs on, or is of unknown fate, is left for a resume until it is given up.
 */
export async function settleLeftOpen(deps: Deps, wanted: { tenant: string | null; dry_run: boolean; older_than_ms?: number | undefined }): Promise<PaidReport['settled']> {
  const settled: PaidReport['settled'] = [];
  const now = deps.now();
  const ago = (ms: number): Date => new Date(now.getTime() - ms);
  const query = { before: ago(wanted.older_than_ms ?? GRACE_MS), given_up_before: ago(KNOWN_FOR_MS), tenant: wanted.tenant, limit: ITEMS_A_SWEEP };
  for (const left of await listLeftOpen(deps.pool, query)) {
    const intent = await loadIntent(deps.pool, left.operation_key);
    if (!intent) continue;
    heartbeat({ job_id: intent.job_id });
    const end = await endOf(deps, intent, isGivenUp(left, query));
    if (!end) continue;
    if (!wanted.dry_run && !(await settle(deps, intent, end))) continue;
    const { job_id, stage, scene } = intent;
    const isCounted = (await findSettledOwner(deps.pool, intent.operation_key)) !== null;
    settled.push({ job_id, stage, scene, cost_micro_usd: isCounted ? 0 : end.cost_micro_usd, possibly: end.possibly });
  }
  return settled;
}

function isGivenUp({ ended_at }: LeftOpen, { given_up_before }: { given_up_before: Date }): boolean {
  return ended_at < given_up_before;
}

type End = Pick<Settlement, 'status' | 'fault' | 'cancel_result' | 'cost_micro_usd' | 'possibly'>;

/** How it is settled; null where it is left as it is for now. */
async function endOf(deps: Deps, intent: Intent, givenUp: boolean): Promise<End | null> {
  const job = intent.provider_job ?? intent.reported;
  if (intent.status === 'ready' && !job) return { status: 'cancelled', cancel_result: 'cancelled', cost_micro_usd: 0, possibly: false };
  const state = job && (await askDesk(deps, intent, (desk, call) => desk.poll?.(job, intent.request, call)));
  if (state && state.kind !== 'pending') return endAt(intent, state);
  return givenUp ? { status: 'abandoned', cost_micro_usd: intent.reserved_micro_usd, possibly: true } : null;
}

function endAt({ reserved_micro_usd }: Intent, state: Exclude<JobState, { kind: 'pending' }>): End {
  if (state.kind === 'succeeded') {
    // Like work that a cancellation met too late: what it made is not fetched now, but it is there for a resume, and paid.
    return { status: 'cancelled', cancel_result: 'too_late', cost_micro_usd: state.outcome.cost_micro_usd, possibly: false };
  }
  const unbilled = state.kind === 'failed' && state.fault.charged === 'no';
  const cost = { cost_micro_usd: state.cost_micro_usd ?? (unbilled ? 0 : reserved_micro_usd), possibly: state.cost_micro_usd === null && !unbilled };
  return state.kind === 'failed' ? { status: 'failed', fault: state.fault, ...cost } : { status: 'cancelled', cancel_result: 'cancelled', ...cost };
}

/** False where a resume, or a worker that was late, has come first. */
async function settle(deps: Deps, { operation_key, reported }: Intent, end: End): Promise<boolean> {
  return inTransaction(deps.pool, async (db) => {
    // By its id a resume finds what it may take over.
    if (reported) await recordProviderJob(db, operation_key, reported);
    return settleIntent(db, { operation_key, ...end, now: deps.now() });
  });
}
