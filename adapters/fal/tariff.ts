import { z } from 'zod';
import type { CostRange } from '../capabilities/adapter';
import type { WorkSize } from '../capabilities/work-size';
import { readTariff } from '../tariff-file';

const price = z.int().min(0);

const model = z.strictObject({
  /** The endpoint, as it stands in its address. */
  model: z.string().regex(/^[\w.-]+(\/[\w.-]+)+$/),
  /** What is always sent beside the media and the prompt. */
  input: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  shortest_s: z.int().min(0),
  longest_s: z.int().min(0),
  micro_usd_per_second: price,
  micro_usd_per_megapixel: price,
  micro_usd_per_megapixel_second: price,
  /** Price of one unit as the result's header counts them; null where nobody says what a unit is. */
  micro_usd_per_unit: price.nullable(),
});

const tariff = z.strictObject({
  as_of: z.iso.date(),
  source: z.string(),
  video: model,
  lip_sync: model,
  enhance: model,
  background: model,
});

export type FalTariff = z.infer<typeof tariff>;
export type FalModel = z.infer<typeof model>;
export type FalCapability = 'video' | 'lip_sync' | 'enhance' | 'background';

/** @throws Error where the file is missing or has another shape */
export function falTariff(file: string | null): FalTariff {
  return readTariff(tariff, { family: 'fal', file });
}

export function isFalCapability(name: string): name is FalCapability {
  return name === 'video' || name === 'lip_sync' || name === 'enhance' || name === 'background';
}

/** Whole seconds that the provider makes and bills for a scene of this length. */
export function billedSeconds({ shortest_s }: FalModel, duration_ms: number): number {
  return Math.max(shortest_s, Math.ceil(duration_ms / 1_000));
}

/** What was asked for, in money: integer micro-USD, rounded up. */
export function tariffPrice(model: FalModel, size: Pick<WorkSize, 'duration_ms' | 'width' | 'height'>): number {
  const seconds = billedSeconds(model, size.duration_ms);
  const megapixels = (size.width * size.height) / 1_000_000;
  return Math.ceil(seconds * model.micro_usd_per_second + megapixels * model.micro_usd_per_megapixel + seconds * megapixels * model.micro_usd_per_megapixel_second);
}

/** Providers round sizes and lengths their own way: what is reserved leaves room for that. */
const MARGIN = 1.25;

export function falEstimate(model: FalModel, size: WorkSize): CostRange {
  const low = tariffPrice(model, size);
  return { low, high: Math.ceil(low * MARGIN) };
}
