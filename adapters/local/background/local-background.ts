import path from 'node:path';
import type { BackgroundOutput } from '../../../contracts/stages';
import type { Support, WorkContext } from '../../capabilities/adapter';
import type { BackgroundAdapter, BackgroundRequest } from '../../capabilities/background';
import type { ComputePool } from '../compute/pool';
import { findMood, findPlace, findTimeOfDay, toMood, toPlace } from '../plan/keywords';
import { localAdapter } from '../local-adapter';

const PICTURES = ['image/jpeg', 'image/png', 'image/webp', 'image/avif'];
const LARGEST_SIDE = 4096;

/** Paints designed scenes by rules (ten places, four hours, six moods) and fits a caller's own picture. Not photographs. */
export function createLocalBackground(pool: ComputePool): BackgroundAdapter {
  return {
    ...localAdapter('background', 'designed-scenes-1'),
    supports,
    perform: (request, context) => perform(request, context, pool),
  };
}

function supports({ visual, size }: BackgroundRequest): Support {
  const asset = visual.background.asset;
  if (asset && !PICTURES.includes(asset.content_type))
    return { ok: false, reason: 'a background must be a JPEG, PNG, WebP or AVIF picture' };
  if (Math.max(size.width, size.height) > LARGEST_SIDE)
    return { ok: false, reason: `backgrounds are painted up to ${LARGEST_SIDE} pixels a side` };
  return { ok: true };
}

/** The note is the newest wish, then the prompt, then the planner's words. A note that names a place replaces a caller's picture. */
async function perform(
  request: BackgroundRequest,
  context: WorkContext,
  pool: ComputePool,
): Promise<BackgroundOutput> {
  const { visual, note, size } = request;
  const [wish, prompt] = [note ?? '', visual.background.prompt ?? ''];
  const place = findPlace(wish) ?? findPlace(prompt) ?? toPlace(visual.place);
  const time = findTimeOfDay(wish) ?? findTimeOfDay(prompt) ?? visual.time_of_day;
  const mood = findMood(wish) ?? findMood(prompt) ?? toMood(visual.mood);
  const own = findPlace(wish) === null ? visual.background.asset : null;
  const target = path.join(context.dir, 'background.jpg');
  const picture = own && (await context.open(own));
  const seed = ['background', request.seed, request.scene, place, prompt, wish].join('|');
  const light = await pool.run(
    'background.paint',
    { place, time, mood, wish: `${wish} ${prompt}`, seed, size, picture, target },
    {
      signal: context.signal,
      onProgress: (percent) => context.progress(percent, own ? 'fitting the picture' : `painting ${place}`),
    },
  );
  const image = await context.store('background', { path: target, content_type: 'image/jpeg' });
  return {
    image,
    description: own ? "the caller's own picture" : `designed scene: ${place}, ${time}, ${mood}`,
    light,
  };
}
