import type { Traits } from '../../capabilities/adapter';

/** Everything here computes on this machine, for nothing, and gives the same result for the same request. */
export const LOCAL_TRAITS: Traits = {
  call: 'direct',
  queue: 'media',
  dedupe: 'deterministic',
  cancel: 'any',
  webhook: false,
  result_ttl_ms: null,
  cost: 'free',
  inputs: 'path',
};
