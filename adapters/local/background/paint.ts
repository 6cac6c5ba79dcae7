import sharp from 'sharp';
import type { Sharp } from 'sharp';
import type { FrameSize } from '../../../contracts/media';
import type { SceneLight } from '../../../contracts/stages';
import type { TaskHost } from '../compute/host';
import { openPhoto } from '../image/decode';
import type { Mood, Place, TimeOfDay } from '../plan/keywords';
import { createRandom } from '../random';
import { estimateLight } from './light';
import { SCENES } from './scenes/all-scenes';
import type { Layer } from './sketch';
import { createTone } from './tone';

/** Grain in levels of 255: hides the steps of 8 bit gradients, also after H.264 (measured: 2.6 is enough). */
const GRAIN = 2.6;

const OUTDOORS: readonly Place[] = ['city', 'nature', 'seaside'];

export interface PaintRequest {
  place: Place;
  time: TimeOfDay;
  mood: Mood;
  /** Prompt and note in one: may name colours. */
  wish: string;
  seed: string;
  size: FrameSize;
  /** The caller's own picture instead of a painted scene. */
  picture: string | null;
  target: string;
}

/** Task `background.paint`: writes a JPEG of exactly the frame's size and tells how its light falls. */
export async function paintBackground(request: PaintRequest, host: TaskHost): Promise<SceneLight> {
  const { width, height } = request.size;
  const pixels =
    request.picture === null ? await paintScene(request) : await fitPicture(request.picture, request.size);
  host.progress(70);
  const image = sharp(pixels, { raw: { width, height, channels: 3 } });
  await image.clone().jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toFile(request.target);
  const small = await image.resize(64, 36, { fit: 'fill' }).raw().toBuffer();
  const light = estimateLight({ data: small, width: 64, height: 36 });
  return request.picture === null && OUTDOORS.includes(request.place) ? { ...light, open: true } : light;
}

/** RGB pixels of a painted scene, with grain. */
export async function paintScene(request: Omit<PaintRequest, 'picture' | 'target'>): Promise<Buffer> {
  const { width: w, height: h } = request.size;
  const tone = createTone({ ...request, indoors: !OUTDOORS.includes(request.place) });
  const layers = SCENES[request.place]({ w, h, u: Math.min(w, h), random: createRandom(request.seed), tone });
  let picture = await drawLayer(layers[0]!, request.size);
  for (const layer of layers.slice(1)) {
    const input = await drawLayer(layer, request.size);
    const plane = { input: input.data, raw: input.info, blend: layer.blend ?? 'over' } as const;
    picture = await toRaw(sharp(picture.data, { raw: picture.info }).composite([plane]));
  }
  const flat = await sharp(picture.data, { raw: picture.info }).removeAlpha().raw().toBuffer();
  addGrain(flat, request.seed);
  return flat;
}

interface Drawn {
  data: Buffer;
  info: { width: number; height: number; channels: 1 | 2 | 3 | 4 };
}

/** Raw pixels. Only size and channels go on: sharp's `premultiplied` says how it worked, not what it gave back. */
async function toRaw(image: Sharp): Promise<Drawn> {
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  return { data, info: { width: info.width, height: info.height, channels: info.channels } };
}

/** What is far out of focus is drawn at half the size: nobody can tell, and it takes a quarter of the time. */
async function drawLayer(layer: Layer, { width, height }: FrameSize): Promise<Drawn> {
  const sigma = layer.blur * Math.min(width, height);
  const shrink = sigma > 24 ? 4 : sigma > 4 ? 2 : 1;
  const [w, h] = [Math.ceil(width / shrink), Math.ceil(height / shrink)];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none">${layer.body}</svg>`;
  const drawn = sharp(Buffer.from(svg)).ensureAlpha();
  if (sigma < 0.5) return toRaw(drawn);
  const soft = await toRaw(drawn.blur(sigma / shrink));
  if (shrink === 1) return soft;
  return toRaw(sharp(soft.data, { raw: soft.info }).resize(width, height, { kernel: 'cubic', fit: 'fill' }));
}

/** Triangular noise, the same in all three channels, so that it looks like film and not like colour specks. */
function addGrain(pixels: Buffer, seed: string): void {
  const random = createRandom(`grain|${seed}`);
  for (let at = 0; at + 2 < pixels.length; at += 3) {
    const noise = (random() + random() - 1) * GRAIN + 0.5;
    for (let channel = 0; channel < 3; channel += 1)
      pixels[at + channel] = Math.min(255, Math.max(0, Math.floor(pixels[at + channel]! + noise)));
  }
}

/** The caller's picture, upright, cut to the frame around what draws the eye. @throws PhotoRefused */
export async function fitPicture(file: string, size: FrameSize): Promise<Buffer> {
  const picture = await openPhoto(file);
  const upright = sharp(picture.path, { failOn: 'error', pages: 1 }).autoOrient();
  return upright
    .resize({ ...size, fit: 'cover', position: 'centre', kernel: 'lanczos3' })
    .flatten({ background: '#808080' })
    .toColourspace('srgb')
    .raw()
    .toBuffer();
}
