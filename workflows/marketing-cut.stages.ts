import { cutSize } from '../contracts/media';
import type { MarketingSnapshot } from '../contracts/snapshot';
import { rowsFor, type InputsOf } from './stage';

const stage = rowsFor<MarketingSnapshot>();

/** A finished film to its campaign cuts. */
export const MARKETING_CUT = [
  stage({
    stage: 'source',
    label: 'Finding the film',
    needs: [],
    each: false,
    class: 'control',
    weight: 5,
    input: ({ snapshot }) => ({ source_job_id: snapshot.source_job_id }),
  }),
  stage({
    stage: 'cuts',
    label: 'Making the cuts',
    needs: ['source'],
    each: false,
    class: 'work',
    weight: 90,
    input: ({ snapshot, docs }) => ({
      source: docs.source,
      cuts: snapshot.cuts.map((cut) => ({ ...cut, size: cutSize(docs.source.size, cut.aspect_ratio) })),
    }),
  }),
  stage({
    stage: 'publish',
    label: 'Publishing the cuts',
    needs: ['source', 'cuts'],
    each: false,
    class: 'control',
    weight: 5,
    input: ({ docs }) => ({ source: docs.source, cuts: docs.cuts.cuts }),
  }),
] as const;

export type MarketingInputs = InputsOf<typeof MARKETING_CUT>;
