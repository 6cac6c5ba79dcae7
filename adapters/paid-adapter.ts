import { CAPABILITY_VERSION, type AdapterInfo, type CapabilityName, type Traits } from './capabilities/adapter';

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
