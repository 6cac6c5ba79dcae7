import { createPlane } from './raster';
import type { Plane } from './raster';
import type { Point } from './similarity';

/** A pixel belongs to somebody when its mask is above this. */
const SOLID = 0.5;
/** How far around the subject the soft edge is kept, in pixels of the mask. */
const EDGE = 12;

/**
 * Leaves only the part of a mask that hangs together with the pixel at `seed` and its soft edge, so that other people and
 * things the segmenter took for people go. The whole mask comes back when the seed does not lie on it.
 */
export function keepSubject(mask: Plane, seed: Point): Plane {
  const start = Math.floor(seed[1]) * mask.width + Math.floor(seed[0]);
  if ((mask.data[start] ?? 0) <= SOLID) return mask;
  const near = dilate(flood(mask, start), mask, EDGE);
  const out = createPlane(mask.width, mask.height);
  for (let i = 0; i < out.data.length; i++) out.data[i] = near[i] === 1 ? mask.data[i]! : 0;
  return out;
}

function flood(mask: Plane, start: number): Uint8Array {
  const { width, data } = mask;
  const seen = new Uint8Array(data.length);
  const stack = new Int32Array(data.length);
  let depth = 0;
  const visit = (index: number) => {
    if (index < 0 || index >= data.length || seen[index] === 1 || data[index]! <= SOLID) return;
    seen[index] = 1;
    stack[depth++] = index;
  };
  visit(start);
  while (depth > 0) {
    const index = stack[--depth]!;
    const x = index % width;
    if (x > 0) visit(index - 1);
    if (x < width - 1) visit(index + 1);
    visit(index - width);
    visit(index + width);
  }
  return seen;
}

/** Widens a set by a square of `radius`, rows first, then columns. */
function dilate(set: Uint8Array, { width, height }: Plane, radius: number): Uint8Array {
  const wide = widen(set, { lines: height, length: width, lineStep: width, step: 1, radius });
  return widen(wide, { lines: width, length: height, lineStep: 1, step: width, radius });
}

function widen(
  set: Uint8Array,
  {
    lines,
    length,
    lineStep,
    step,
    radius,
  }: { lines: number; length: number; lineStep: number; step: number; radius: number },
): Uint8Array {
  const out = new Uint8Array(set.length);
  for (let line = 0; line < lines; line++) {
    let last = -Infinity;
    for (let i = 0; i < length + radius; i++) {
      if (i < length && set[line * lineStep + i * step] === 1) last = i;
      const at = i - radius;
      if (at >= 0 && last >= at - radius) out[line * lineStep + at * step] = 1;
    }
  }
  return out;
}
