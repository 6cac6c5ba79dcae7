import { Resvg } from '@resvg/resvg-js';
import sharp from 'sharp';
import type { FrameSize } from '../../../contracts/media';
import { fitPicture, paintScene } from '../background/paint';
import type { TaskHost } from '../compute/host';
import { fontOptions } from '../fonts';
import type { Mood, Place, TimeOfDay } from '../plan/keywords';
import { createRandom } from '../random';
import { drawTitle } from './title-layout';

export interface CutawayRequest {
  /** The caller's own picture: shown as it is, without words. */
  picture: string | null;
  title: string | null;
  place: Place;
  time: TimeOfDay;
  mood: Mood;
  wish: string;
  seed: string;
  size: FrameSize;
  target: string;
}

/** Light enough to stand on the scrim, each with a hue of its own. */
const ACCENTS = ['#ffd166', '#7be0c3', '#8ecbff', '#ffa8a0', '#c9b6ff'] as const;

/** Task `broll.draw_cutaway`: writes a JPEG of the frame's size: a painted scene with the words of a title, or a picture. */
export async function drawCutaway(request: CutawayRequest, host: TaskHost): Promise<void> {
  const { size, picture, title, target } = request;
  const pixels = picture === null ? await paintScene(request) : await fitPicture(picture, size);
  host.progress(60);
  const base = sharp(pixels, { raw: { ...size, channels: 3 } });
  const image = picture === null && title ? base.composite([{ input: renderTitle(title, request) }]) : base;
  await image.jpeg({ quality: 94, chromaSubsampling: '4:4:4' }).toFile(target);
}

function renderTitle(title: string, { size, seed }: CutawayRequest): Buffer {
  const random = createRandom(`title|${seed}`);
  const accent = ACCENTS[Math.floor(random() * ACCENTS.length)] ?? ACCENTS[0];
  const align = random() < 0.65 ? 'left' : 'centre';
  return new Resvg(drawTitle(title, { size, accent, align }), { font: fontOptions() }).render().asPng();
}
