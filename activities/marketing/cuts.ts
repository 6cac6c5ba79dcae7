import type { CutOutput } from '../../contracts/stages';
import type { MarketingInputs } from '../../workflows/marketing-cut.stages';
import type { StageWork } from '../stage-work';

/** Every cut of the film, one after another: each encodes on all cores that it may use. */
export const cuts: StageWork<'cuts', MarketingInputs['cuts']> = {
  adapter: () => ({ family: 'local', model: 'cut-1', traits: { cost: 'free' } }),
  perform: async ({ input, adapters, context }) => {
    const made: CutOutput[] = [];
    for (const [at, { name, size, captions, max_duration_ms }] of input.cuts.entries()) {
      context.progress((100 * at) / input.cuts.length, name);
      // Named after the film and not after this job: the same cut of the same film is the same file.
      const title = `Understudy ${input.source.job_id} ${name}`;
      const cut = await adapters.assembly.cut({ film: input.source, name, title, size, captions, max_duration_ms }, context);
      made.push({ name, ...cut });
    }
    return { cuts: made };
  },
};
