import { z } from 'zod';
import type { Outcome, OutcomeFile } from '../capabilities/paid-operation';
import { ProviderFault } from '../capabilities/provider-fault';
import type { FrozenBody } from './frozen';
import { fileUrl } from './queue-addresses';
import { tariffPrice, type FalModel, type FalTariff } from './tariff';

const file = z.object({ url: z.string().min(1) });
const film = z.object({ video: file });
const pictures = z.object({ images: z.array(file), has_nsfw_concepts: z.array(z.boolean()).optional() });

interface Result {
  value: Record<string, unknown>;
  /** The header of what is billed. */
  units: string | null;
  frozen: FrozenBody;
  model: string;
}

/** A model's output as files to fetch and money. @throws ProviderFault `bad_output`, `content_rejected` or `protocol` */
export function outcomeOf(result: Result, tariff: FalTariff, base: URL): Outcome {
  const made = result.frozen.capability === 'background' ? pictureOf(result.value) : filmOf(result.value);
  const files: OutcomeFile[] = [{ ...made.file, url: fileUrl(made.url, base) }];
  return { files, meta: {}, ...costOf(result, tariff) };
}

function filmOf(value: unknown): Made {
  const parsed = film.safeParse(value);
  if (!parsed.success) throw new ProviderFault('fal', { kind: 'bad_output', charged: 'yes' });
  return { url: parsed.data.video.url, file: { name: 'clip', kind: 'scene_video', content_type: 'video/mp4', from: 'url', auth: 'none' } };
}

function pictureOf(value: unknown): Made {
  const parsed = pictures.safeParse(value);
  const first = parsed.data?.images[0];
  if (parsed.data?.has_nsfw_concepts?.includes(true)) throw new ProviderFault('fal', { kind: 'content_rejected', charged: 'yes' });
  if (!first) throw new ProviderFault('fal', { kind: 'bad_output', charged: 'yes' });
  return { url: first.url, file: { name: 'picture', kind: 'background', content_type: 'image/jpeg', from: 'url', auth: 'none' } };
}

interface Made {
  url: string;
  file: Omit<Extract<OutcomeFile, { from: 'url' }>, 'url'>;
}

/** What fal reports, where the tariff knows what a unit costs; else by what was asked for. */
function costOf({ units, frozen, model }: Result, tariff: FalTariff): Pick<Outcome, 'cost_micro_usd' | 'cost_source'> {
  const known = tariff[frozen.capability];
  const price = known.model === model ? known.micro_usd_per_unit : null;
  if (units !== null && price !== null && /^\d{1,9}(\.\d+)?$/.test(units)) return { cost_micro_usd: Math.ceil(Number(units) * price), cost_source: 'reported' };
  return { cost_micro_usd: tariffPrice(known satisfies FalModel, frozen.size), cost_source: 'tariff' };
}
