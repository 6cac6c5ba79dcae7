import type { CapabilityName, CostRange } from '../capabilities/adapter';
import type { WorkSize } from '../capabilities/work-size';
import { priceOf } from '../tariff-file';
import type { OpenaiTariff, PictureQuality } from './tariff';

/** A token of English is about four characters; three is on the safe side. */
const CHARACTERS_PER_TOKEN = 3;
/** Instructions and schema of a planning request. */
const PROMPT_TOKENS = 2_500;
/** Speech at the slowest and the fastest that people speak, in characters a minute. */
const SLOW_CHARACTERS = 600;
const FAST_CHARACTERS = 1_200;
/** What a picture may cost beside its size: the pictures that it is made from. */
const REFERENCE_TOKENS = 6_000;

/** Money for a planning request of so many characters: at most what the bound on its answer allows. */
export function planCost({ plan }: OpenaiTariff, characters: number): CostRange {
  const input = priceOf(PROMPT_TOKENS + characters / CHARACTERS_PER_TOKEN, plan.input_micro_usd_per_million);
  const least = priceOf(characters / 10, plan.output_micro_usd_per_million);
  return { low: Math.min(input, least), high: input + priceOf(plan.longest_answer_tokens, plan.output_micro_usd_per_million) };
}

/** Tokens that the provider counted, as far as it told. */
interface CountedTokens {
  inputTokens?: number | undefined;
  outputTokens?: number | undefined;
}

/** Money for an answer: by the tokens that the provider counted, or by the length of both texts where it counted none. */
export function answerCost({ plan }: OpenaiTariff, work: { asked: number; answered: number; usage: CountedTokens | undefined }): number {
  const input = work.usage?.inputTokens || work.asked / CHARACTERS_PER_TOKEN;
  const output = work.usage?.outputTokens || work.answered / CHARACTERS_PER_TOKEN;
  return priceOf(input, plan.input_micro_usd_per_million) + priceOf(output, plan.output_micro_usd_per_million);
}

/** Money for a picture of a size. Qualities are measures of effort, so the same size costs more or less by what it shows. */
export function pictureCost({ image }: OpenaiTariff, size: { width: number; height: number }, quality: PictureQuality): CostRange {
  const usual = priceOf(size.width * size.height, image.micro_usd_per_megapixel[quality]);
  return { low: Math.floor(usual / 2), high: usual * 2 + priceOf(REFERENCE_TOKENS, image.picture_micro_usd_per_million) };
}

/** Money for speaking so many characters. */
export function speechCost({ speech }: OpenaiTariff, characters: number): CostRange {
  const per = (pace: number) => Math.ceil((characters / pace) * speech.micro_usd_per_minute);
  return { low: per(FAST_CHARACTERS), high: per(SLOW_CHARACTERS) };
}

/** What one item of a stage costs, while only its size is known. */
export function estimateOpenai(tariff: OpenaiTariff, capability: CapabilityName, size: WorkSize): CostRange {
  switch (capability) {
    case 'plan':
      return planCost(tariff, size.characters);
    case 'image':
      return pictureCost(tariff, PORTRAIT_SIZE, tariff.image.portrait_quality);
    case 'background':
      return pictureCost(tariff, size, tariff.image.background_quality);
    case 'speech':
      return speechCost(tariff, size.characters);
    default:
      return { low: 0, high: 0 };
  }
}

export const PORTRAIT_SIZE = { width: 1024, height: 1024 };
