import { findCell, readCell } from './bilinear';
import { boxFilter } from './box-filter';
import { guidedCoefficients } from './guided-filter';
import type { Channels } from './guided-filter';
import { createPlane } from './raster';
import type { Plane, Raster } from './raster';
import { sampleSimilarity } from './sample';
import type { Point } from './similarity';
import { cutPlane, windowsOf } from './windows';
import type { Window } from './windows';

/** Plate pixels per mask pixel: at full size the filter's 30 planes would need 400 MB, and the eye sees no difference. */
export const SHRINK = 2;
const RADIUS = 6;
const EPSILON = 1e-4;
/** Pixels of the mask with nothing but subject this far around them are inside. */
const INSIDE = 12;
/** Rows of the mask that are refined at a time. */
const BAND_ROWS = 128;

/** Draws a rough mask, `SHRINK` times smaller than the plate, to the edges of the plate's picture. */
export function refineMatte(plate: Raster, mask: Plane): Plane {
  const out = createPlane(plate.width, plate.height);
  const inside = boxFilter(mask, INSIDE);
  for (const window of windowsOf(mask, { rows: BAND_ROWS, margin: 2 * RADIUS + 2 })) {
    const guide = shrinkChannels(plate, window.seen);
    const models = guidedCoefficients(guide, cutPlane(mask, window.seen), {
      radius: RADIUS,
      epsilon: EPSILON,
    });
    applyModels(models, plate, { out, inside, window });
  }
  return out;
}

/** A part of the plate at the mask's size, as three planes 0..1. */
function shrinkChannels(plate: Raster, { left, top, width, height }: Window['seen']): Channels {
  const centre: Point = [(left + width / 2) * SHRINK, (top + height / 2) * SHRINK];
  const small = sampleSimilarity(plate, { centre, scale: SHRINK, angle: 0, target: { width, height } });
  const channels: Channels = [
    createPlane(width, height),
    createPlane(width, height),
    createPlane(width, height),
  ];
  channels.forEach(({ data }, c) => {
    for (let i = 0; i < data.length; i++) data[i] = small[i * 3 + c]! / 255;
  });
  return channels;
}

/**
 * Evaluates the local linear models, made at mask size, on the plate's own pixels. Well inside the subject nothing shines
 * through, whatever its colours say: badges and highlights stay solid.
 */
function applyModels(
  [red, green, blue, offset]: readonly [Plane, Plane, Plane, Plane],
  plate: Raster,
  { out, inside, window }: { out: Plane; inside: Plane; window: Window },
): void {
  const { seen } = window;
  const cell = { index: 0, right: 0, below: 0 };
  const end = {
    x: Math.min(window.right * SHRINK, out.width),
    y: Math.min(window.bottom * SHRINK, out.height),
  };
  for (let y = window.top * SHRINK; y < end.y; y++) {
    for (let x = window.left * SHRINK; x < end.x; x++) {
      const depth = inside.data[Math.floor(y / SHRINK) * inside.width + Math.floor(x / SHRINK)]!;
      const at = y * out.width + x;
      out.data[at] = stretch(depth, 0.92, 1);
      if (depth >= 1) continue;
      findCell(cell, seen, (x + 0.5) / SHRINK - 0.5 - seen.left, (y + 0.5) / SHRINK - 0.5 - seen.top);
      const [r, g, b] = [plate.data[at * 3]!, plate.data[at * 3 + 1]!, plate.data[at * 3 + 2]!];
      const tinted = readCell(red, cell) * r + readCell(green, cell) * g + readCell(blue, cell) * b;
      out.data[at] = Math.max(out.data[at]!, stretch(tinted / 255 + readCell(offset, cell), 0.1, 0.9));
    }
  }
}

/** Maps `low`..`high` to 0..1. */
export function stretch(value: number, low: number, high: number): number {
  return Math.min(1, Math.max(0, (value - low) / (high - low)));
}
