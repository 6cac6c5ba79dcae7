import type { Support } from '../adapters/capabilities/adapter';
import { StageFault } from './faults';

/** Fails the stage for good where the adapter cannot do what is asked. */
export function requireSupport(support: Support): void {
  if (!support.ok) throw new StageFault('provider_unsupported', support.reason);
}
