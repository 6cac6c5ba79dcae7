import { createPlane } from './raster';
import type { Plane } from './raster';
import type { Point } from './similarity';

/** A pixel belongs to somebody when its mask is above this. */
const SOLID = 0.5;
/** Above which value the segmenter is sure, and how far what is not sure may reach from what is, in pixels of the mask. */
interface Certainty {
  sure: number;
  reach: number;
}
/** Around a head it sees most clearly: a wide unsure seam is a curtain or a cord behind it. Sleeves it is less sure of. */
const OF_HEAD: Certainty = { sure: 0.95, reach: 2 };
const OF_BODY: Certainty = { sure: 0.85, reach: 8 };
/** When less than this of somebody is sure, the whole is. */
const SURE_SHARE = 0.85;
/** Below this the segmenter has no doubt that it sees ground. */
const DOUBTFUL = 0.12;
/** How far outside and inside the subject's edge the mask stays soft, in its pixels. */
const OUTER_EDGE = 3;
const INNER_EDGE = 12;
/** A gap on the lower border up to this wide, in pixels of the mask, is a hole. */
const NARROW_GAP = 60;

/** Where somebody is on a mask, in its pixels. */
interface SubjectRows {
  /** In the face. */
  seed: Point;
  /** Row at which collars may begin. */
  headEnd: number;
  /** Row at which the body begins for certain. */
  bodyTop: number;
}

/**
 * Leaves only the part of a mask that hangs together with the pixel at `seed` and its soft edge, so that other people and
 * things the segmenter took for people go. Holes inside it are filled, and below `bodyTop` doubtful pixels between parts
 * of the body: a thing held before it. The whole mask comes back when the seed does not lie on it.
 */
export function keepSubject(mask: Plane, { seed, headEnd, bodyTop }: SubjectRows): Plane {
  const start = Math.floor(seed[1]) * mask.width + Math.floor(seed[0]);
  if ((mask.data[start] ?? 0) <= SOLID) return mask;
  const found = flood(mask, [start], (value) => value > SOLID);
  const border = Math.floor(headEnd) * mask.width;
  const core = found.slice();
  core.set(dropUnsure(mask, { found, start, to: border }, OF_HEAD));
  core.set(dropUnsure(mask, { found, start, from: border }, OF_BODY), border);
  const subject = bridgeRows(core, mask, bodyTop);
  const ground = flood(mask, borderOf(subject, mask), (_, index) => subject[index] === 0);
  const near = dilate(subject, mask, OUTER_EDGE);
  const out = createPlane(mask.width, mask.height);
  const nearGround = dilate(ground, mask, INNER_EDGE);
  for (let i = 0; i < out.data.length; i++) {
    const filled = ground[i] === 0 && (core[i] === 0 || nearGround[i] === 0);
    const dropped = found[i] === 1 && core[i] === 0;
    if (filled) out.data[i] = 1;
    else if (near[i] === 1 && !dropped) out.data[i] = mask.data[i]!;
  }
  return out;
}

/**
 * Leaves of a part of what was found (pixels `from` up to `to`) what lies near something sure: bushes and furniture that
 * touch somebody are half believed to be a part of them. Somebody who is hardly ever sure, in fog or on a dark ground, stays
 * as found.
 */
function dropUnsure(
  mask: Plane,
  { found, start, from, to }: { found: Uint8Array; start: number; from?: number; to?: number },
  { sure, reach }: Certainty,
): Uint8Array {
  const part = found.subarray(from, to);
  if (mask.data[start]! <= sure) return part;
  const near = dilate(flood(mask, [start], (value) => value > sure), mask, reach).subarray(from, to);
  const kept = part.map((value, at) => value & near[at]!);
  return area(kept) >= SURE_SHARE * area(part) ? kept : part;
}

function area(set: Uint8Array): number {
  return set.reduce((sum, value) => sum + value, 0);
}

/** Adds doubtful pixels that have subject to the left and to the right in their row. */
function bridgeRows(core: Uint8Array, { width, height, data }: Plane, top: number): Uint8Array {
  const out = core.slice();
  for (let y = Math.max(0, Math.floor(top)); y < height; y++) {
    const row = core.subarray(y * width, (y + 1) * width);
    const [first, last] = [row.indexOf(1), row.lastIndexOf(1)];
    for (let x = first + 1; x < last; x++) {
      if (data[y * width + x]! > DOUBTFUL) out[y * width + x] = 1;
    }
  }
  return out;
}

/** Where ground comes in: the border, but not through a narrow gap in what stands on its lower side. */
function borderOf(subject: Uint8Array, { width, height }: Plane): number[] {
  const rows = Array.from({ length: height }, (_, y) => [y * width, y * width + width - 1]);
  const top = Array.from({ length: width }, (_, x) => x);
  const lower: number[] = [];
  const row = (height - 1) * width;
  let gap: number[] = [];
  for (let x = 0; x <= width; x++) {
    if (x < width && subject[row + x] === 0) {
      gap.push(row + x);
      continue;
    }
    const atSide = x === width || gap[0] === row;
    if (atSide || gap.length > NARROW_GAP) lower.push(...gap);
    gap = [];
  }
  return [...rows.flat(), ...top, ...lower];
}

/** Every pixel that hangs together with `starts` over pixels that belong. */
function flood(
  mask: Plane,
  starts: number[],
  belongs: (value: number, index: number) => boolean,
): Uint8Array {
  const { width, data } = mask;
  const seen = new Uint8Array(data.length);
  const stack = new Int32Array(data.length);
  let depth = 0;
  const visit = (index: number) => {
    if (index < 0 || index >= data.length || seen[index] === 1 || !belongs(data[index]!, index)) return;
    seen[index] = 1;
    stack[depth++] = index;
  };
  starts.forEach(visit);
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
