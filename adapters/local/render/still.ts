import sharp from 'sharp';
import type { FrameSize } from '../../../contracts/media';
import { smoothStep } from './geometry';
import { createRasteriser } from './rasteriser';
import { triangleCount, writeTriangles } from './rig-draw';
import { poseRig } from './rig-pose';
import type { Channels, Placement, Rig } from './rig-types';

/** The calm, closed mouth of the neutral picture; turns a toothy smile into a resting face. */
export const NEUTRAL_CHANNELS: Channels = { close: 1, smile: -0.35, wide: -0.25 };

export interface StillOptions {
  channels: Channels;
  size: FrameSize;
  /** frame = offset + scale * plate; see `placement.ts`, or `{ scale: 1, x: 0, y: 0 }` for the plate as it is. */
  placement: Placement;
  /** Opaque RGBA of the frame's size, one grey level for all of it, or nothing for a transparent ground. */
  background?: Uint8Array | number;
}

/**
 * One picture of the posed face: RGBA with straight alpha, `size.width * size.height * 4` bytes. Same input, same bytes.
 * For scales far below 1 resize the subject first (`resizeSubject`): sampling is bilinear.
 */
export function renderStill(rig: Rig, options: StillOptions): Uint8Array {
  const raster = createRasteriser();
  const texture = raster.surface(rig.texture, rig.texture.rgba);
  const frame = raster.surface(options.size, groundOf(options));
  const room = raster.trianglesFor(triangleCount(rig));
  const count = writeTriangles(rig, poseRig(rig, options.channels), { room, placement: options.placement });
  raster.drawTriangles(frame, texture, count);
  return unpremultiply(raster.pixels(frame));
}

/** `renderStill` as PNG; the bytes depend on the version of sharp. */
export async function renderStillPng(rig: Rig, options: StillOptions): Promise<Buffer> {
  const { width, height } = options.size;
  const image = sharp(renderStill(rig, options), { raw: { width, height, channels: 4 } });
  return (options.background === undefined ? image : image.removeAlpha()).png().toBuffer();
}

function groundOf({ background, size }: StillOptions): Uint8Array | undefined {
  if (typeof background !== 'number') return background;
  const rgba = new Uint8Array(size.width * size.height * 4).fill(background);
  for (let i = 3; i < rgba.length; i += 4) rgba[i] = 255;
  return rgba;
}

/** The soft grey ground of the neutral picture: light behind the head, darker to the corners. Opaque RGBA. */
export function softGrey({ width, height }: FrameSize): Uint8Array {
  const rgba = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const away = Math.hypot((x + 0.5) / width - 0.5, (y + 0.5) / height - 0.4);
      const level = 241 - 58 * smoothStep(0, 0.85, away);
      rgba.set([Math.round(level - 1), Math.round(level), Math.round(level + 2), 255], (y * width + x) * 4);
    }
  }
  return rgba;
}

/** Premultiplied to straight alpha. */
export function unpremultiply(pixels: Uint8Array): Uint8Array {
  const result = pixels.slice();
  for (let i = 0; i < result.length; i += 4) {
    const alpha = result[i + 3]!;
    if (alpha === 0 || alpha === 255) continue;
    for (let c = 0; c < 3; c++) result[i + c] = Math.min(255, Math.round((result[i + c]! * 255) / alpha));
  }
  return result;
}
