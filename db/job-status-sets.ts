import { CLOSING_STATUSES, ENDED_STATUSES, type JobStatus } from '../contracts/vocabulary';

/** Sets of job statuses as SQL, for `status in …` and `status not in …`. */
const listOf = (statuses: readonly JobStatus[]): string => `(${statuses.map((status) => `'${status}'`).join(', ')})`;

export const ENDED = listOf(ENDED_STATUSES);

export const CLOSING = listOf(CLOSING_STATUSES);
