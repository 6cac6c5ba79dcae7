import { bandsOf } from './bands';
import type { Band } from './bands';
import { boxFilter } from './box-filter';
import { createPlane } from './raster';
import type { Plane, Raster } from './raster';

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
  for (const band of bandsOf(height, { rows: BAND_ROWS, margin: sum(RADII) })) {
    const part = {
      width,
      height: band.to - band.from,
      data: matte.data.subarray(band.from * width, band.to * width),
    };
    for (let c = 0; c < 3; c++) {
      const colour = foregroundChannel(readChannel(picture, c, band), part);
      for (let i = band.top * width; i < band.bottom * width; i++) {
        data[i * 4 + c] = Math.round(colour[i - band.from * width]!);
      }
    }
  }
  setAlpha(data, alpha);
  return { width, height, channels: 4, data };
}

function readChannel(picture: Raster, channel: number, band: Band): Plane {
  const out = createPlane(picture.width, band.to - band.from);
  const from = band.from * picture.width;
  for (let i = 0; i < out.data.length; i++)
    out.data[i] = picture.data[(from + i) * picture.channels + channel]!;
  return out;
}

function setAlpha(data: Uint8Array, alpha: Plane): void {
  for (let i = 0; i < alpha.data.length; i++) {
    const value = Math.round(alpha.data[i]! * 255);
    if (value === 0) data.fill(0, i * 4, i * 4 + 3);
    data[i * 4 + 3] = value;
  }
}

function foregroundChannel(image: Plane, matte: Plane): Float32Array {
  let fore = image;
  let ground = image;
  for (const radius of RADII) {
    const share = boxFilter(matte, radius);
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
