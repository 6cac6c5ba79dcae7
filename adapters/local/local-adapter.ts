import { CAPABILITY_VERSION, type AdapterInfo, type CapabilityName, type CostRange, type Traits } from '../capabilities/adapter';

/** Everything here computes on this machine, for nothing, and gives the same result for the same request. */
const LOCAL_TRAITS: Traits = {
  call: 'direct',
  queue: 'media',
  dedupe: 'deterministic',
  cancel: 'any',
  webhook: false,
  result_ttl_ms: null,
  cost: 'free',
  inputs: 'path',
};

/** What every adapter of the local family says about itself; `model` is raised when the same request would give another result. */
export function localAdapter<Name extends CapabilityName>(
  capability: Name,
  model: string,
  traits: Partial<Traits> = {},
): AdapterInfo & { readonly capability: Name; estimate(): CostRange } {
  return {
    capability,
    specification_version: CAPABILITY_VERSION,
    family: 'local',
    model,
    traits: { ...LOCAL_TRAITS, ...traits },
    estimate: () => ({ low: 0, high: 0 }),
  };
}
