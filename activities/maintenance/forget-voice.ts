import type { JobDesk, OperationCall, StoredOutcome } from '../../adapters/capabilities/paid-operation';
import { isProviderFault } from '../../adapters/capabilities/provider-fault';
import { loadIntent, type Intent } from '../../db/intents';
import type { Deps } from '../deps';
import { askDesk } from '../operations/ask-desk';

/**
 * Has the provider delete what an operation left there of a person. One whose outcome nobody has written down (it was stopped
 * too late, or its worker died) is looked up by its key first. False where it may still be there: it is asked again later.
 */
export async function forgetVoice(deps: Deps, operationKey: string): Promise<boolean> {
  const intent = await loadIntent(deps.pool, operationKey);
  if (!intent) return true;
  const isForgotten = await askDesk(deps, intent, async (desk, call) => {
    const left = intent.outcome ?? (await findLeft(desk, intent, call));
    if (left === 'nothing') return true;
    if (left === 'unclear' || !desk.forget) return false;
    await desk.forget(left, call);
    return true;
  });
  if (isForgotten !== true) deps.log.warn({ job_id: intent.job_id, family: intent.family }, 'a cloned voice could not be deleted at its provider yet');
  return isForgotten === true;
}

/** What the operation left behind, as its provider says now. */
async function findLeft(desk: JobDesk, intent: Intent, call: OperationCall): Promise<StoredOutcome | 'nothing' | 'unclear'> {
  const known = intent.provider_job ?? intent.reported;
  if (!known && !desk.find) return 'unclear';
  const job = known ?? (await desk.find?.(intent.request, call));
  if (!job) return 'nothing';
  try {
    const state = await desk.poll?.(job, intent.request, call);
    if (!state || state.kind === 'pending') return 'unclear';
    return state.kind === 'succeeded' ? { files: {}, meta: state.outcome.meta } : 'nothing';
  } catch (error) {
    if (isProviderFault(error) && error.kind === 'expired') return 'nothing';
    throw error;
  }
}
