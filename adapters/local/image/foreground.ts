import { boxFilter } from './box-filter';
import { createPlane } from './raster';
import type { Plane, Raster } from './raster';

/** Wide first, to bring in colour from solid hair and skin; then narrow, to restore detail. In plate pixels. */
const RADII = [45, 6];
const TINY = 1e-5;

/**
 * Estimates what colour the subject itself has where the ground shines through (hair, edges), so that it can stand before
 * another ground without a halo: blur fusion (Forte, "Approximate Fast Foreground Colour Estimation", 2021), run twice.
 * Returns RGBA with straight alpha; where alpha is 0 the colour is 0.
 */
export function estimateForeground(picture: Raster, matte: Plane, alpha: Plane): Raster {
  const { width, height } = picture;
  const data = new Uint8Array(width * height * 4);
  for (let c = 0; c < 3; c++) {
    const colour = foregroundChannel(picture, c, matte);
    for (let i = 0; i < colour.length; i++) data[i * 4 + c] = Math.round(colour[i]!);
  }
  for (let i = 0; i < alpha.data.length; i++) {
    const value = Math.round(alpha.data[i]! * 255);
    if (value === 0) data.fill(0, i * 4, i * 4 + 3);
    data[i * 4 + 3] = value;
  }
  return { width, height, channels: 4, data };
}

function foregroundChannel(picture: Raster, channel: number, matte: Plane): Float32Array {
  const { width, height } = picture;
  const image = createPlane(width, height).data;
  for (let i = 0; i < image.length; i++) image[i] = picture.data[i * picture.channels + channel]!;
  let fore: Float32Array = image;
  let ground: Float32Array = image;
  for (const radius of RADII) {
    const share = boxFilter(matte, radius).data;
    const meanFore = weightedMean(fore, matte, share, radius, false);
    const meanGround = weightedMean(ground, matte, share, radius, true);
    for (let i = 0; i < image.length; i++) {
      const a = matte.data[i]!;
      const f = meanFore[i]!;
      const value = f + a * (image[i]! - a * f - (1 - a) * meanGround[i]!);
      meanFore[i] = Math.min(255, Math.max(0, value));
    }
    [fore, ground] = [meanFore, meanGround];
  }
  return fore;
}

/** Mean of a channel around each pixel, weighted by the matte or by its opposite. */
function weightedMean(
  values: Float32Array,
  matte: Plane,
  share: Float32Array,
  radius: number,
  opposite: boolean,
): Float32Array {
  const weighted = createPlane(matte.width, matte.height);
  for (let i = 0; i < values.length; i++) {
    weighted.data[i] = values[i]! * (opposite ? 1 - matte.data[i]! : matte.data[i]!);
  }
  const { data } = boxFilter(weighted, radius);
  for (let i = 0; i < data.length; i++) data[i]! /= (opposite ? 1 - share[i]! : share[i]!) + TINY;
  return data;
}
