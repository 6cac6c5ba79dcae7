import { createPlane } from './raster';
import type { Plane } from './raster';

/** A rectangle to compute (`left`, `top`, `right`, `bottom`) within the larger one that the filter needs to see. */
export interface Window {
  left: number;
  top: number;
  right: number;
  bottom: number;
  seen: { left: number; top: number; width: number; height: number };
}

/**
 * Cuts a picture into bands of rows, each as wide as the mask is above 0 there, so that filters with many planes need
 * little memory and no time for empty ground. With a margin as large as the filter's reach the result is that of the
 * whole picture. Bands without any mask are left out.
 */
export function windowsOf(mask: Plane, { rows, margin }: { rows: number; margin: number }): Window[] {
  const { width, height } = mask;
  return Array.from({ length: Math.ceil(height / rows) }, (_, index) => index * rows).flatMap((top) => {
    const bottom = Math.min(height, top + rows);
    const [upper, lower] = [Math.max(0, top - margin), Math.min(height, bottom + margin)];
    const columns = usedColumns(mask, upper, lower);
    if (columns === null) return [];
    const left = Math.max(0, columns.first - margin);
    const right = Math.min(width, columns.last + 1 + margin);
    const seenLeft = Math.max(0, left - margin);
    const seen = {
      left: seenLeft,
      top: upper,
      width: Math.min(width, right + margin) - seenLeft,
      height: lower - upper,
    };
    return [{ left, top, right, bottom, seen }];
  });
}

/** The part of a plane that a window sees. */
export function cutPlane(plane: Plane, { left, top, width, height }: Window['seen']): Plane {
  const out = createPlane(width, height);
  for (let y = 0; y < height; y++) {
    const from = (top + y) * plane.width + left;
    out.data.set(plane.data.subarray(from, from + width), y * width);
  }
  return out;
}

function usedColumns(
  { width, data }: Plane,
  from: number,
  to: number,
): { first: number; last: number } | null {
  let [first, last] = [width, -1];
  for (let y = from; y < to; y++) {
    for (let x = 0; x < width; x++) {
      if (data[y * width + x]! <= 0) continue;
      if (x < first) first = x;
      if (x > last) last = x;
    }
  }
  return last < 0 ? null : { first, last };
}
