import sharp from 'sharp';
import type { FrameSize } from '../../../contracts/media';
import { smoothStep } from './geometry';
import { bytesOf } from './plate';

/** A still picture for the whole frame, somewhat larger than it: opaque RGBA with even sides. */
export interface Backdrop {
  width: number;
  height: number;
  rgba: Uint8Array;
}

/** Backdrops are this much larger than the frame, so that a push-in up to it stays sharp. */
export const BACKDROP_MARGIN = 1.06;

/** Blur of the background in frame heights: a lens at portrait distance, not a smear. */
const DEPTH_BLUR = 0.0035;
/** How much the corners of the picture darken. */
const VIGNETTE = 0.16;

export interface BackdropOptions {
  frame: FrameSize;
  /** Background behind a subject: blurred a little and darkened to the corners. A cutaway is shown as it is. */
  behindSubject: boolean;
}

/** Decodes a picture and fills the frame with it (cover), ready to be drawn by `drawScaled`. */
export async function loadBackdrop(
  file: string,
  { frame, behindSubject }: BackdropOptions,
): Promise<Backdrop> {
  const [width, height] = [evenUp(frame.width * BACKDROP_MARGIN), evenUp(frame.height * BACKDROP_MARGIN)];
  let image = sharp(file)
    .resize(width, height, { fit: 'cover', kernel: 'lanczos3' })
    .removeAlpha()
    .toColourspace('srgb');
  if (behindSubject) image = image.blur(Math.max(0.5, frame.height * DEPTH_BLUR));
  const rgba = bytesOf(await image.ensureAlpha().raw().toBuffer());
  const backdrop = { width, height, rgba };
  if (behindSubject) darkenCorners(backdrop);
  return backdrop;
}

/** The next even number: colour planes have half the size. */
function evenUp(side: number): number {
  return 2 * Math.ceil(side / 2);
}

/** Within this distance of the middle, in shares of width and height, nothing darkens; most of the picture is there. */
const BRIGHT_REACH = 0.35;

function darkenCorners({ width, height, rgba }: Backdrop): void {
  const across = Float64Array.from({ length: width }, (_, x) => ((x + 0.5) / width - 0.5) ** 2);
  for (let y = 0; y < height; y++) {
    darkenRow(rgba.subarray(y * width * 4, (y + 1) * width * 4), across, ((y + 0.5) / height - 0.5) ** 2);
  }
}

/** `across` and `down` are squares of the distance from the middle. */
function darkenRow(row: Uint8Array, across: Float64Array, down: number): void {
  for (let x = 0; x < across.length; x++) {
    const distance = across[x]! + down;
    if (distance <= BRIGHT_REACH * BRIGHT_REACH) continue;
    const level = 1 - VIGNETTE * smoothStep(BRIGHT_REACH, 0.75, Math.sqrt(distance));
    row[x * 4] = Math.round(row[x * 4]! * level);
    row[x * 4 + 1] = Math.round(row[x * 4 + 1]! * level);
    row[x * 4 + 2] = Math.round(row[x * 4 + 2]! * level);
  }
}

/** A soft shadow of the subject on what lies behind it: the plate's outline, widened, as an 8-bit mask of the backdrop's size. */
export async function castShadow(
  backdrop: Backdrop,
  silhouette: { width: number; height: number; alpha: Uint8Array },
  blur: number,
): Promise<void> {
  const { width, height } = silhouette;
  const raw = { width, height, channels: 1 } as const;
  const mask = await sharp(silhouette.alpha, { raw })
    .blur(Math.max(0.5, blur))
    .resize(backdrop.width, backdrop.height, { fit: 'fill' })
    .extractChannel(0)
    .raw()
    .toBuffer();
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] === 0) continue;
    const level = 1 - (SHADOW * (mask[i] ?? 0)) / 255;
    for (let c = 0; c < 3; c++) backdrop.rgba[i * 4 + c] = Math.round(backdrop.rgba[i * 4 + c]! * level);
  }
}

/** Depth of the contact shadow. */
const SHADOW = 0.22;
