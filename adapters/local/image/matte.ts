import type { TaskHost } from '../compute/host';
import { guidedCoefficients } from './guided-filter';
import type { Channels } from './guided-filter';
import { infer } from './infer';
import { keepSubject } from './keep-subject';
import { loadSegmenter } from './models';
import { createPlane } from './raster';
import type { Plane, Raster } from './raster';
import { sampleSimilarity } from './sample';
import type { Point } from './similarity';

/** Side of the segmenter's input and output in pixels. */
const INPUT = 256;
/** The refinement runs at half size: 30 planes at full size would need 300 MB, and the eye sees no difference. */
const SHRINK = 2;
const RADIUS = 6;
const EPSILON = 1e-4;
/** Width of the seam between the fine mask of the head and the rough one of the body, in plate pixels. */
const SEAM = 96;

/** The square of the plate that holds head and shoulders. */
export interface HeadSquare {
  left: number;
  side: number;
}

/**
 * Soft mask of the person on an aligned plate, 0..1. The segmenter sees the head square on its own (where it is far
 * better than on a whole photo) and the whole plate for the body; a guided filter then draws the mask to the picture's edges.
 */
export async function makeMatte(plate: Raster, head: HeadSquare, host: TaskHost): Promise<Plane> {
  const { width, height } = plate;
  const fine = await segment(plate, { left: head.left, top: 0, side: head.side }, host);
  const side = Math.max(width, height);
  const rough = await segment(plate, { left: (width - side) / 2, top: 0, side }, host);
  const mask = createPlane(Math.ceil(width / SHRINK), Math.ceil(height / SHRINK));
  for (let y = 0, to = 0; y < mask.height; y++) {
    for (let x = 0; x < mask.width; x++, to++) {
      const at: Point = [(x + 0.5) * SHRINK, (y + 0.5) * SHRINK];
      const share = headShare(at, head);
      const value = (share > 0 ? share * fine(at) : 0) + (share < 1 ? (1 - share) * rough(at) : 0);
      mask.data[to] = stretch(value, 0.3, 0.7);
    }
  }
  const middle: Point = [(head.left + head.side / 2) / SHRINK, (head.side * 0.45) / SHRINK];
  return refine(plate, keepSubject(mask, middle));
}

/** 1 inside the head square, 0 outside, a ramp along its sides and its lower edge. */
function headShare([x, y]: Point, head: HeadSquare): number {
  const inside = Math.min(x - head.left, head.left + head.side - x, head.side - y);
  return Math.min(1, Math.max(0, inside / SEAM));
}

interface Square {
  left: number;
  top: number;
  side: number;
}

/** Runs the segmenter on a square of the plate; the result looks up the mask at a point of the plate. */
async function segment(plate: Raster, square: Square, host: TaskHost): Promise<(at: Point) => number> {
  const model = await host.cached(loadSegmenter);
  const centre: Point = [square.left + square.side / 2, square.top + square.side / 2];
  const scale = square.side / INPUT;
  const view = sampleSimilarity(plate, { centre, scale, angle: 0, target: { width: INPUT, height: INPUT } });
  const pixels = view.map((value) => value / 255);
  const { activation_10: mask } = infer(model, { pixels, side: INPUT }, ['activation_10']);
  return ([x, y]) => lookUp(mask, (x - square.left) / scale - 0.5, (y - square.top) / scale - 0.5);
}

function lookUp(mask: Float32Array, atX: number, atY: number): number {
  const x = Math.min(Math.max(atX, 0), INPUT - 1.001);
  const y = Math.min(Math.max(atY, 0), INPUT - 1.001);
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const p = top * INPUT + left;
  const upper = mask[p]! * (1 - x + left) + mask[p + 1]! * (x - left);
  const lower = mask[p + INPUT]! * (1 - x + left) + mask[p + INPUT + 1]! * (x - left);
  return upper * (1 - y + top) + lower * (y - top);
}

function refine(plate: Raster, mask: Plane): Plane {
  const guide = shrinkChannels(plate, mask);
  const coefficients = guidedCoefficients(guide, mask, { radius: RADIUS, epsilon: EPSILON });
  const out = createPlane(plate.width, plate.height);
  const at = coefficients.map((plane) => plane.data);
  const [red, green, blue, offset] = [at[0]!, at[1]!, at[2]!, at[3]!];
  for (let y = 0, to = 0; y < out.height; y++) {
    const v = Math.min(Math.max((y + 0.5) / SHRINK - 0.5, 0), mask.height - 1.001);
    for (let x = 0; x < out.width; x++, to++) {
      const u = Math.min(Math.max((x + 0.5) / SHRINK - 0.5, 0), mask.width - 1.001);
      const p = Math.floor(v) * mask.width + Math.floor(u);
      const [right, below] = [u - Math.floor(u), v - Math.floor(v)];
      const blend = (plane: Float32Array) =>
        (plane[p]! * (1 - right) + plane[p + 1]! * right) * (1 - below) +
        (plane[p + mask.width]! * (1 - right) + plane[p + mask.width + 1]! * right) * below;
      const from = to * 3;
      const value =
        (blend(red) * plate.data[from]! +
          blend(green) * plate.data[from + 1]! +
          blend(blue) * plate.data[from + 2]!) /
          255 +
        blend(offset);
      out.data[to] = stretch(value, 0.1, 0.9);
    }
  }
  return out;
}

/** The plate at the mask's size, as three planes 0..1. */
function shrinkChannels(plate: Raster, size: { width: number; height: number }): Channels {
  const centre: Point = [(size.width * SHRINK) / 2, (size.height * SHRINK) / 2];
  const small = sampleSimilarity(plate, { centre, scale: SHRINK, angle: 0, target: size });
  const plane = () => createPlane(size.width, size.height);
  const channels: Channels = [plane(), plane(), plane()];
  channels.forEach(({ data }, c) => {
    for (let i = 0; i < data.length; i++) data[i] = small[i * 3 + c]! / 255;
  });
  return channels;
}

function stretch(value: number, low: number, high: number): number {
  return Math.min(1, Math.max(0, (value - low) / (high - low)));
}
