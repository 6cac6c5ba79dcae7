import { ENDED_STATUSES, type JobStatus } from '../contracts/vocabulary';

/** Sets of job statuses as SQL, for `status in …` and `status not in …`. */
const listOf = (statuses: readonly JobStatus[]): string => `(${statuses.map((status) => `'${status}'`).join(', ')})`;

/** Nothing of the job changes any more. */
export const ENDED = listOf(ENDED_STATUSES);

/** Nothing of the job may begin any more: it has ended, or is about to. */
export const CLOSING = listOf([...ENDED_STATUSES, 'cancelling']);
