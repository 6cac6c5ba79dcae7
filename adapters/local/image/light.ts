import { luma } from './raster';
import type { Plane, Raster } from './raster';

/** Minkowski norm of shades of gray (Finlayson, Trezzi, 2004). */
const NORM = 6;
const POWERS = Float64Array.from({ length: 256 }, (_, value) => (value / 255) ** NORM);
/** White balance goes this far towards neutral, and never changes a channel by more than `MAX_GAIN`. */
const STRENGTH = 0.7;
const MAX_GAIN = 0.1;
/** Casts weaker than this are left alone: warm light is part of a portrait. */
const NOTABLE_CAST = 0.08;
/** Share of the plate that must show ground before its colour says anything about the light. */
const MIN_GROUND = 0.15;
/** A subject whose brightest parts (99.5 percentile) stay below `DIM` is lifted to `LIFTED`, by a third at most. */
const DIM = 200;
const LIFTED = 225;
const MAX_LIFT = 1.33;

export interface LightCorrection {
  /** Factors of red, green and blue; all 1 when the light is good as it is. */
  gains: [number, number, number];
}

/**
 * Measures a photo's light and says how to correct it, gently: the same factors for every pixel, so no tone of skin is ever
 * moved towards another. The colour of the light is read from the ground alone: clothes and skin would pull it.
 * `alpha` tells the subject, `covered` what the photo shows at all.
 */
export function measureLight(picture: Raster, alpha: Plane, covered: Plane): LightCorrection {
  const balance = whiteBalance(picture, alpha, covered);
  const bright = percentile(picture, alpha, 0.995);
  const lift = bright > 0 && bright < DIM ? Math.min(MAX_LIFT, LIFTED / bright) : 1;
  const [red, green, blue] = balance;
  return { gains: [red * lift, green * lift, blue * lift] };
}

/** Applies a correction in place. */
export function correctLight(picture: Raster, { gains }: LightCorrection): void {
  if (gains.every((gain) => gain === 1)) return;
  const tables = gains.map((gain) =>
    Uint8Array.from({ length: 256 }, (_, value) =>
      gain > 1 ? shoulder(value * gain) : Math.round(value * gain),
    ),
  );
  tables.forEach((table, c) => {
    for (let i = c; i < picture.data.length; i += picture.channels)
      picture.data[i] = table[picture.data[i]!]!;
  });
}

function whiteBalance(picture: Raster, alpha: Plane, covered: Plane): [number, number, number] {
  const sums = [0, 0, 0];
  let ground = 0;
  for (let i = 0; i < covered.data.length; i++) {
    if (covered.data[i]! < 1 || alpha.data[i]! > 0.05) continue;
    ground += 1;
    for (let c = 0; c < 3; c++) sums[c]! += POWERS[picture.data[i * picture.channels + c]!]!;
  }
  if (ground < MIN_GROUND * alpha.data.length) return [1, 1, 1];
  const norms = sums.map((sum) => sum ** (1 / NORM));
  const mean = norms.reduce((sum, norm) => sum + norm, 0) / 3;
  const wanted = norms.map((norm) => (norm > 0 ? mean / norm - 1 : 0));
  if (wanted.every((change) => Math.abs(change) < NOTABLE_CAST)) return [1, 1, 1];
  const gain = (c: number) => 1 + Math.min(MAX_GAIN, Math.max(-MAX_GAIN, (wanted[c] ?? 0) * STRENGTH));
  return [gain(0), gain(1), gain(2)];
}

function percentile(picture: Raster, alpha: Plane, share: number): number {
  const counts = new Uint32Array(256);
  let total = 0;
  for (let i = 0; i < alpha.data.length; i++) {
    if (alpha.data[i]! < 0.8) continue;
    const from = i * picture.channels;
    counts[Math.floor(luma(picture.data[from]!, picture.data[from + 1]!, picture.data[from + 2]!))]! += 1;
    total += 1;
  }
  let seen = 0;
  for (let value = 0; value < 256; value++) {
    seen += counts[value]!;
    if (seen >= total * share) return value;
  }
  return 255;
}

/** Bends what a gain pushes over 235 softly towards 255, so that highlights do not clip to flat patches. */
function shoulder(value: number): number {
  if (value <= 235) return Math.round(value);
  return Math.round(235 + 20 * (1 - Math.exp(-(value - 235) / 20)));
}
