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
 * Returns RGBA with straight alpha; where alpha is 0 the colour is 0.
 */
export function estimateForeground(picture: Raster, matte: Plane, alpha: Plane): Raster {
  const { width, height } = picture;
  const data = new Uint8Array(width * height * 4);
  for (const window of windowsOf(matte, { rows: BAND_ROWS, margin: sum(RADII) })) {
    const { seen } = window;
    const part = cutPlane(matte, seen);
    const shares = RADII.map((radius) => boxFilter(part, radius));
    for (let c = 0; c < 3; c++) {
      const colour = foregroundChannel(readChannel(picture, c, seen), part, shares);
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

/** `shares` are the means of the matte for each radius. */
function foregroundChannel(image: Plane, matte: Plane, shares: Plane[]): Float32Array {
  let fore = image;
  let ground = image;
  for (const [pass, share] of shares.entries()) {
    const radius = RADII[pass] ?? 0;
    const nextFore = weightedMean(fore, { matte, share, radius, opposite: false });
    const nextGround = weightedMean(ground, { matte, share, radius, opposite: true });
    for (let i = 0; i < image.data.length; i++) {
      const a = matte.data[i]!;
      const mean = nextFore.data[i]!;
      const value = mean + a * (image.data[i]! - a * mean - (1 - a) * nextGround.data[i]!);
      nextFore.data[i] = Math.min(255, Math.max(0, value));
    }
    [fore, ground] = [nextFore, nextGround];
  }
  return fore.data;
}

interface Weighting {
  matte: Plane;
  /** Mean of the matte around each pixel. */
  share: Plane;
  radius: number;
  /** Weigh by the opposite of the matte, that is by the ground. */
  opposite: boolean;
}

/** Mean of a channel around each pixel, weighted by the matte. */
function weightedMean(values: Plane, { matte, share, radius, opposite }: Weighting): Plane {
  const weighted = createPlane(matte.width, matte.height);
  const weight = (a: number) => (opposite ? 1 - a : a);
  for (let i = 0; i < weighted.data.length; i++) weighted.data[i] = values.data[i]! * weight(matte.data[i]!);
  const mean = boxFilter(weighted, radius);
  for (let i = 0; i < mean.data.length; i++) mean.data[i]! /= weight(share.data[i]!) + TINY;
  return mean;
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
