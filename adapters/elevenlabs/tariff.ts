import { z } from 'zod';
import type { CapabilityName, CostRange } from '../capabilities/adapter';
import type { WorkSize } from '../capabilities/work-size';
import { priceOf, readTariff } from '../tariff-file';

const money = z.int().min(0);

const SCHEMA = z.object({
  as_of: z.iso.date(),
  source: z.string(),
  speech: z.object({
    model: z.string().min(1),
    /** The provider's own id of the voice that speaks where a job names none. */
    default_voice: z.string().min(1),
    output_format: z.string().min(1),
    /** Whether the model takes `language_code`, and the texts before and after. */
    takes_language: z.boolean(),
    takes_context: z.boolean(),
    /** Characters. */
    longest_text: z.int().min(1),
    slowest: z.number().positive(),
    fastest: z.number().positive(),
    micro_usd_per_million_characters: money,
  }),
  voice: z.object({ model: z.string().min(1), largest_sample_bytes: z.int().min(1), micro_usd: money }),
});

export type ElevenlabsTariff = z.infer<typeof SCHEMA>;

/** @throws Error when the file is not as it has to be */
export function elevenlabsTariff(file: string | null): ElevenlabsTariff {
  return readTariff(SCHEMA, { family: 'elevenlabs', file });
}

/** The provider counts characters as it was sent them; marks that are not spoken make the lower bound. */
export function speechCost({ speech }: ElevenlabsTariff, characters: number): CostRange {
  const high = priceOf(characters, speech.micro_usd_per_million_characters);
  return { low: Math.floor(high * 0.8), high };
}

/** What one item of a stage costs, while only its size is known. */
export function estimateElevenlabs(tariff: ElevenlabsTariff, capability: CapabilityName, size: WorkSize): CostRange {
  if (capability === 'speech') return speechCost(tariff, size.characters);
  return capability === 'voice' ? { low: tariff.voice.micro_usd, high: tariff.voice.micro_usd } : { low: 0, high: 0 };
}
