import { z } from 'zod';
import { readTariff } from '../tariff-file';

const money = z.number().int().min(0);
const QUALITIES = ['low', 'medium', 'high'] as const;
const quality = z.enum(QUALITIES);

const SCHEMA = z.object({
  as_of: z.iso.date(),
  source: z.string(),
  plan: z.object({
    model: z.string().min(1),
    /** Null for a model that does not reason. */
    reasoning_effort: z.enum(['none', 'minimal', 'low', 'medium', 'high']).nullable(),
    /** Bounds what one answer can cost, reasoning included. */
    longest_answer_tokens: z.number().int().min(1_000),
    input_micro_usd_per_million: money,
    output_micro_usd_per_million: money,
  }),
  image: z.object({
    model: z.string().min(1),
    portrait_quality: quality,
    background_quality: quality,
    /** Null for a model that keeps faces without being asked. */
    input_fidelity: z.enum(['low', 'high']).nullable(),
    /** False for a model that knows 1024x1024, 1536x1024 and 1024x1536 only. */
    any_size: z.boolean(),
    text_micro_usd_per_million: money,
    picture_micro_usd_per_million: money,
    output_micro_usd_per_million: money,
    /** For estimates, by quality. */
    micro_usd_per_megapixel: z.object({ low: money, medium: money, high: money }),
  }),
  speech: z.object({
    model: z.string().min(1),
    default_voice: z.string().min(1),
    /** How to speak; null for the model's own way, or a model that takes no instructions. */
    instructions: z.string().nullable(),
    takes_speed: z.boolean(),
    /** Characters. */
    longest_text: z.number().int().min(1),
    micro_usd_per_minute: money,
  }),
});

export type OpenaiTariff = z.infer<typeof SCHEMA>;
export type PictureQuality = (typeof QUALITIES)[number];

/** @throws Error when the file is not as it has to be */
export function openaiTariff(file: string | null): OpenaiTariff {
  return readTariff(SCHEMA, { family: 'openai', file });
}
