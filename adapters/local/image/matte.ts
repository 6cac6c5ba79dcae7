import type { GraphModel } from '@tensorflow/tfjs-converter';
import type { TaskHost } from '../compute/host';
import { findCell, readCell } from './bilinear';
import { infer } from './infer';
import { keepSubject } from './keep-subject';
import { loadSegmenter } from './models';
import { createPlane } from './raster';
import type { Plane, Raster } from './raster';
import { SHRINK, refineMatte, stretch } from './refine-matte';
import { sampleSimilarity } from './sample';
import { toSource } from './similarity';
import type { Point, Similarity } from './similarity';

/** Side of the segmenter's input and output in pixels. */
const INPUT = 256;
const OUTPUT = 'activation_10';
/** Width of the seam between one view and the next wider one, in plate pixels. */
const SEAM = 96;
/** The same at its lower edge, where the segmenter is unsure about whatever the view cuts in two. */
const LOWER_SEAM = 384;
/** Heights of the face's middle, of the mouth and of the upper end of the body, in head squares. */
const FACE_MIDDLE = 0.45;
const MOUTH = 0.57;
const BODY_TOP = 0.75;

export interface MatteOptions {
  /** The square of the plate that holds head and shoulders; it begins at the top. */
  head: { left: number; side: number };
  /** The photo around the plate, at any size, and how the plate lies on it. */
  surroundings: { picture: Raster; map: Similarity };
  host: TaskHost;
}

/**
 * Soft mask of the person on an aligned plate, 0..1. The segmenter sees the head square on its own (where it is far
 * better than on a whole photo) and, for the body, the plate with the photo around it, so that it does not take a thing
 * cut in two by the plate's edge for ground. A guided filter then draws the mask to the picture's edges.
 */
export async function makeMatte(plate: Raster, { head, surroundings, host }: MatteOptions): Promise<Plane> {
  const { width, height } = plate;
  const model = await host.cached(loadSegmenter);
  const middle = head.left + head.side / 2;
  const views = [head.side, Math.max(width, height)].map((side): View => {
    const square = { left: middle - side / 2, top: 0, side };
    const { picture, map } = side === head.side ? { picture: plate, map: ownMap(plate) } : surroundings;
    return { square, mask: segment(model, picture, squareView(square, map)) };
  });
  const mask = createPlane(Math.ceil(width / SHRINK), Math.ceil(height / SHRINK));
  for (let y = 0, to = 0; y < mask.height; y++) {
    for (let x = 0; x < mask.width; x++, to++) {
      mask.data[to] = blendViews(views, (x + 0.5) * SHRINK, (y + 0.5) * SHRINK);
    }
  }
  const rowAt = (share: number): number => (head.side * share) / SHRINK;
  const seed: Point = [middle / SHRINK, rowAt(FACE_MIDDLE)];
  const subject = keepSubject(mask, { seed, headEnd: rowAt(MOUTH), bodyTop: rowAt(BODY_TOP) });
  const hardened = subject.data.map((value) => stretch(value, 0.3, 0.7));
  return refineMatte(plate, { ...subject, data: hardened });
}

interface Square {
  left: number;
  top: number;
  side: number;
}

interface View {
  square: Square;
  mask: Plane;
}

/** The closest view where there is one, with a ramp to the next wider one along its sides and its lower edge. */
function blendViews(views: View[], x: number, y: number): number {
  let value = 0;
  let rest = 1;
  const cell = { index: 0, right: 0, below: 0 };
  for (const [index, { square, mask }] of views.entries()) {
    const inside = Math.min(x - square.left, square.left + square.side - x) / SEAM;
    const above = (square.side - y) / LOWER_SEAM;
    const share = index === views.length - 1 ? 1 : Math.min(1, Math.max(0, Math.min(inside, above)));
    const scale = square.side / INPUT;
    findCell(cell, mask, (x - square.left) / scale - 0.5, (y - square.top) / scale - 0.5);
    value += rest * share * readCell(mask, cell);
    rest *= 1 - share;
    if (rest <= 0) break;
  }
  return value;
}

/** A picture lies on itself. */
function ownMap({ width, height }: Raster): Similarity {
  return { centre: [width / 2, height / 2], scale: 1, angle: 0, target: { width, height } };
}

/** The segmenter's view of a square of the plate, on the picture that `map` lays the plate on. */
function squareView(square: Square, map: Similarity): Similarity {
  const centre = toSource(map, [square.left + square.side / 2, square.top + square.side / 2]);
  const scale = (map.scale * square.side) / INPUT;
  return { centre, scale, angle: map.angle, target: { width: INPUT, height: INPUT } };
}

/** The mean of the segmenter's answers to a view and to its mirror image. */
function segment(model: GraphModel, picture: Raster, view: Similarity): Plane {
  const run = (pixels: Float32Array) => infer(model, { pixels, side: INPUT }, [OUTPUT])(OUTPUT);
  const pixels = sampleSimilarity(picture, view, 1 / 255);
  const straight = run(pixels);
  const back = mirror(run(mirror(pixels, 3)), 1);
  return { ...view.target, data: straight.map((value, index) => (value + back[index]!) / 2) };
}

function mirror(pixels: Float32Array, channels: number): Float32Array {
  const out = new Float32Array(pixels.length);
  for (let i = 0; i < INPUT * INPUT; i++) {
    const from = (i - (i % INPUT) + INPUT - 1 - (i % INPUT)) * channels;
    for (let c = 0; c < channels; c++) out[i * channels + c] = pixels[from + c]!;
  }
  return out;
}
