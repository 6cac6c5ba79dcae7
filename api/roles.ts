import { APPROVAL_JOB_TYPES } from '../contracts/approval.schema';
import type { Role } from '../contracts/vocabulary';
import { roleForbidden } from './endpoint';

/** Reads and decides. */
export const ANYBODY: readonly Role[] = ['backend', 'reviewer', 'operator'];
/** Creates, spends and stops. */
export const SUBMITTERS: readonly Role[] = ['backend', 'operator'];
/** Repairs. */
export const OPERATORS: readonly Role[] = ['operator'];

/**
 * A reviewer may send decisions as jobs, but no other job.
 * @throws ProblemError `role_forbidden`
 */
export function roleFor(jobType: unknown, role: Role): void {
  const decides = APPROVAL_JOB_TYPES.some((name) => name === jobType);
  if (!decides && !SUBMITTERS.includes(role)) throw roleForbidden(role);
}
