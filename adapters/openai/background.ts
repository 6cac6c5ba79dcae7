import type { FrameSize } from '../../contracts/media';
import type { Support } from '../capabilities/adapter';
import type { BackgroundAdapter, BackgroundRequest } from '../capabilities/background';
import type { PaidOperation } from '../capabilities/paid-operation';
import { storedFile } from '../capabilities/stored-file';
import { ONE_CALL, paidAdapter } from '../paid-adapter';
import { OPENAI, type OpenaiTools } from './client';
import { pictureOperation } from './picture';
import { pictureCost } from './prices';

/** Sides of a picture of any size are whole multiples of this, and its long side is at most three times the short one. */
const SIDE_STEP = 16;
const LONGEST_SIDE = 3840;
const WIDEST = 3;
/** Small frames get a larger picture that is scaled down: the model refuses few pixels. */
const LEAST_PIXELS = 1_000_000;
/** Models with fixed sizes know a square and two oblongs. */
const OBLONG = 1.2;

const EMPTY_SET = 'An empty set that is seen behind a presenter: no people, no faces, no text, no logos, nothing in the foreground, calm in the middle.';

/** The picture behind the subject, from words; or the caller's own picture, for which nothing is paid. */
export function openaiBackground(tools: OpenaiTools): BackgroundAdapter {
  const { finishing, tariff } = tools;
  const { model, background_quality } = tariff.image;
  return {
    ...paidAdapter('background', { family: OPENAI, model, traits: ONE_CALL }),
    supports,
    estimate: (request) => (ownPicture(request) ? { low: 0, high: 0 } : pictureCost(tariff, sizeFor(tools, request.size), background_quality)),
    async perform(request, context) {
      const own = ownPicture(request);
      if (own) return finishing.background({ picture: own, description: "the caller's own picture", family: 'local' }, request, context);
      const stored = await context.operate(backgroundOperation(tools, request));
      const description = `made by ${model}: ${request.visual.place}, ${request.visual.time_of_day}, ${request.visual.mood}`;
      return finishing.background({ picture: storedFile(OPENAI, stored, 'picture'), description, family: OPENAI }, request, context);
    },
  };
}

/** With a reviewer's wish the caller's picture is what is changed, not what is shown. */
function ownPicture({ visual, note }: BackgroundRequest) {
  return note === null ? visual.background.asset : null;
}

function supports({ size }: BackgroundRequest): Support {
  const [short, long] = [Math.min(size.width, size.height), Math.max(size.width, size.height)];
  if (long > WIDEST * short) return { ok: false, reason: `A background may be at most ${WIDEST} times as long as it is wide.` };
  return { ok: true };
}

function backgroundOperation(tools: OpenaiTools, request: BackgroundRequest): PaidOperation {
  const { background_quality } = tools.tariff.image;
  const reference = request.visual.background.asset;
  const size = sizeFor(tools, request.size);
  const body = {
    prompt: promptFor(request),
    size: `${size.width}x${size.height}`,
    quality: background_quality,
    input_fidelity: reference ? tools.tariff.image.input_fidelity : null,
    rotation: 0,
  };
  return pictureOperation(tools, { body, reference, estimate: pictureCost(tools.tariff, size, background_quality) });
}

function promptFor({ visual, note }: BackgroundRequest): string {
  const { background, place, time_of_day, mood } = visual;
  const wish = note === null ? '' : ` Above all: ${note}`;
  if (background.asset) return `${EMPTY_SET} Change the picture in this way only:${wish}`;
  return `${EMPTY_SET} ${background.prompt ?? place}. Place: ${place}. Time: ${time_of_day}. Mood: ${mood}. A photograph with shallow depth of field.${wish}`;
}

/** The smallest picture that the model makes and that fills the frame. */
function sizeFor({ tariff }: OpenaiTools, { width, height }: FrameSize): FrameSize {
  const scale = Math.max(1, Math.sqrt(LEAST_PIXELS / (width * height)));
  if (tariff.image.any_size) return { width: step(width * scale), height: step(height * scale) };
  if (width > height * OBLONG) return { width: 1536, height: 1024 };
  return height > width * OBLONG ? { width: 1024, height: 1536 } : { width: 1024, height: 1024 };
}

function step(side: number): number {
  return Math.min(LONGEST_SIDE, Math.ceil(side / SIDE_STEP) * SIDE_STEP);
}
