import { boxFilter } from './box-filter';
import { createPlane } from './raster';
import type { Plane, Raster } from './raster';
import { cutPlane, windowsOf } from './windows';
import type { Window } from './windows';

/** Wide first, to bring in colour from solid hair and skin; then narrow, to restore detail. In plate pixels. */
const RADII = [45, 6];
const TINY = 1e-5;
/** Rows that are worked on at a time. */
const BAND_ROWS = 320;

/**
 * Estimates what colour the subject itself has where the ground shines through (hair, edges), so that it can stand before
 * another ground without a halo: blur fusion (Forte, "Approximate Fast Foreground Colour Estimation", 2021), run twice.
 * `matte` says how much of a pixel's colour is the subject's own, `alpha` how opaque it becomes. Returns RGBA with straight
 * alpha; where alpha is 0 the colour is 0.
 */
export function estimateForeground(picture: Raster, matte: Plane, alpha: Plane): Raster {
  const { width, height } = picture;
  const data = new Uint8Array(width * height * 4);
  for (const window of windowsOf(matte, { rows: BAND_ROWS, margin: sum(RADII) })) {
    const { seen } = window;
    const passes = weightsOf(cutPlane(matte, seen));
    for (let c = 0; c < 3; c++) {
      const colour = foregroundChannel(readChannel(picture, c, seen), passes);
      for (let y = window.top; y < window.bottom; y++) {
        const from = (y - seen.top) * seen.width - seen.left;
        for (let x = window.left; x < window.right; x++)
          data[(y * width + x) * 4 + c] = Math.round(colour[from + x]!);
      }
    }
  }
  setAlpha(data, alpha);
  return { width, height, channels: 4, data };
}

/** How far inside the matte's edge a pixel may still show the old ground, in plate pixels. */
const TAINTED = 1;

/**
 * The part of a matte whose pixels show nothing but subject: a little further in. A lens blurs edges, and light of the old
 * ground lies on a narrow rim where the matte is already full.
 */
export function pureMatte(matte: Plane): Plane {
  const pure = boxFilter(matte, TAINTED);
  pure.data.forEach((mean, i) => (pure.data[i] = Math.min(matte.data[i]!, Math.max(0, 2 * mean - 1))));
  return pure;
}

function readChannel(picture: Raster, channel: number, { left, top, width, height }: Window['seen']): Plane {
  const out = createPlane(width, height);
  for (let y = 0, to = 0; y < height; y++) {
    const from = (top + y) * picture.width + left;
    for (let x = 0; x < width; x++, to++)
      out.data[to] = picture.data[(from + x) * picture.channels + channel]!;
  }
  return out;
}

function setAlpha(data: Uint8Array, alpha: Plane): void {
  for (let i = 0; i < alpha.data.length; i++) {
    const value = Math.round(alpha.data[i]! * 255);
    if (value === 0) data.fill(0, i * 4, i * 4 + 3);
    data[i * 4 + 3] = value;
  }
}

/** The matte of a window, its opposite, and the means of both around each pixel, for one radius. */
interface Weights {
  radius: number;
  fore: Plane;
  ground: Plane;
  foreMean: Plane;
  groundMean: Plane;
}

function weightsOf(matte: Plane): Weights[] {
  const ground = { ...matte, data: matte.data.map((value) => 1 - value) };
  return RADII.map((radius) => {
    return {
      radius,
      fore: matte,
      ground,
      foreMean: boxFilter(matte, radius),
      groundMean: boxFilter(ground, radius),
    };
  });
}

function foregroundChannel(image: Plane, passes: Weights[]): Float32Array {
  let fore = image;
  let ground = image;
  for (const weights of passes) {
    const nextFore = weightedMean(fore, weights.fore, weights.foreMean, weights.radius);
    const nextGround = weightedMean(ground, weights.ground, weights.groundMean, weights.radius);
    for (let i = 0; i < image.data.length; i++) {
      const a = weights.fore.data[i]!;
      const mean = nextFore.data[i]!;
      const value = mean + a * (image.data[i]! - a * mean - (1 - a) * nextGround.data[i]!);
      nextFore.data[i] = value < 0 ? 0 : value > 255 ? 255 : value;
    }
    [fore, ground] = [nextFore, nextGround];
  }
  return fore.data;
}

/** Mean of a channel around each pixel, weighted. */
function weightedMean(values: Plane, weight: Plane, weightMean: Plane, radius: number): Plane {
  const mean = boxFilter(values, radius, weight);
  for (let i = 0; i < mean.data.length; i++) mean.data[i]! /= weightMean.data[i]! + TINY;
  return mean;
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
