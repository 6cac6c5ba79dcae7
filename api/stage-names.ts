import { CREATION_STAGES, MARKETING_STAGES, OUTPUT_STAGES } from '../contracts/vocabulary';

/** Every stage of every job. */
export const STAGE_NAMES = [...CREATION_STAGES, ...OUTPUT_STAGES, ...MARKETING_STAGES] as const;
