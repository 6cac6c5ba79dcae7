import { CAPABILITY_VERSION, type AdapterInfo, type CapabilityName, type Traits, type WorkContext } from './capabilities/adapter';
import type { PaidOperation } from './capabilities/paid-operation';
import { isProviderFault } from './capabilities/provider-fault';
import type { StoredOutcome } from '../contracts/operation';

/** A provider that is asked once and answers with the result; nothing lets a repeated request be recognised. */
export const ONE_CALL: Traits = {
  call: 'direct',
  queue: 'provider',
  dedupe: 'none',
  cancel: 'none',
  webhook: false,
  result_ttl_ms: null,
  cost: 'tariff',
  inputs: 'inline',
};

/** What every adapter of a paid family says about itself. */
export function paidAdapter<Name extends CapabilityName>(
  capability: Name,
  about: { family: string; model: string; traits: Traits },
): AdapterInfo & { readonly capability: Name } {
  return { capability, specification_version: CAPABILITY_VERSION, ...about };
}

/**
 * Buys a result and finishes it. One that turns out to be unusable only then (no face in a portrait, no voice in a sound) is
 * bought once more, as an operation with a price of its own: the first is paid and stored, and would be given back for ever.
 * @throws ProviderFault `bad_output` when the second is no better
 */
export async function buyAndFinish<Result>(context: WorkContext, operation: PaidOperation, finish: (stored: StoredOutcome) => Promise<Result>): Promise<Result> {
  const first = await context.operate(operation);
  try {
    return await finish(first);
  } catch (error) {
    if (!isProviderFault(error) || error.kind !== 'bad_output') throw error;
  }
  return finish(await context.operate({ ...operation, part: `${operation.part}again` }));
}
