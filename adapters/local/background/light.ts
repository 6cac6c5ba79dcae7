import type { SceneLight } from '../../../contracts/stages';
import { luma } from '../image/raster';

/** 8 bit RGB without gaps. */
export interface Pixels {
  data: Uint8Array;
  width: number;
  height: number;
}

/** How much of the background's colour reaches a face: skin that took all of it would look painted. */
const TINT_SHARE = 0.32;
/** A side must be this much brighter to count as the light's direction. */
const SIDE_RATIO = 1.14;

/** Guesses the light on a subject from what stands behind: mean colour, brightness, and the brighter side. */
export function estimateLight(pixels: Pixels): SceneLight {
  const whole = meanColor(pixels, 0, 1);
  const grey = Math.max(1, luma(...whole));
  const tint = (value: number) =>
    Number(Math.min(1.1, Math.max(0.8, 1 + (value / grey - 1) * TINT_SHARE)).toFixed(3));
  const [left, right] = [luma(...meanColor(pixels, 0, 0.35)), luma(...meanColor(pixels, 0.65, 1))];
  const direction = left > right * SIDE_RATIO ? 'left' : right > left * SIDE_RATIO ? 'right' : 'front';
  return {
    tint: [tint(whole[0]), tint(whole[1]), tint(whole[2])],
    level: Number((grey / 255).toFixed(3)),
    direction,
  };
}

/** Mean of the upper three quarters between two shares of the width. */
function meanColor({ data, width, height }: Pixels, from: number, to: number): [number, number, number] {
  const sum: [number, number, number] = [0, 0, 0];
  let count = 0;
  for (let y = 0; y < height * 0.75; y += 1) {
    for (let x = Math.floor(width * from); x < width * to; x += 1) {
      for (let channel = 0; channel < 3; channel += 1) sum[channel]! += data[(y * width + x) * 3 + channel]!;
      count += 1;
    }
  }
  return [sum[0] / count, sum[1] / count, sum[2] / count];
}
