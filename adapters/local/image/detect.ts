import type { GraphModel } from '@tensorflow/tfjs-converter';
import type { TaskHost } from '../compute/host';
import { infer } from './infer';
import { loadFaceDetector } from './models';
import type { Raster } from './raster';
import { sampleSimilarity } from './sample';
import { toSource } from './similarity';
import type { Point, Similarity } from './similarity';

/** Side of the detector's input in pixels. */
const INPUT = 256;
/** Grids of the two output layers: cells a side and anchors a cell (BlazeFace, back camera variant). */
const GRIDS = [
  { cells: 16, anchors: 2, scores: 'Identity', boxes: 'Identity_2' },
  { cells: 8, anchors: 6, scores: 'Identity_1', boxes: 'Identity_3' },
] as const;
/** Numbers a box: centre, size and six points of two. */
const BOX_NUMBERS = 16;
/** Two boxes that share more than this (intersection over union) are one face. */
const SAME_FACE = 0.3;

/** A face as the detector sees it, in pixels of the picture it was given. */
export interface FaceBox {
  /** 0..1 */
  score: number;
  centre: Point;
  width: number;
  height: number;
  /** Eye at the left of the picture, eye at the right, nose tip, mouth, ear left, ear right (for an upright face). */
  points: Point[];
}

export interface DetectOptions {
  /** Faces below this score are left out. */
  minScore: number;
  /** Share of the detector's view that the picture's longer side fills; less than 1 helps with faces larger than the picture. */
  fill?: number;
}

/**
 * Finds faces with BlazeFace (Bazarevsky et al., 2019): letterbox to a square, decode anchors, merge overlapping boxes by
 * weighted average as the paper does. Best score first.
 */
export async function detectFaces(
  picture: Raster,
  host: TaskHost,
  options: DetectOptions,
): Promise<FaceBox[]> {
  const model = await host.cached(loadFaceDetector);
  const view = letterbox(picture, options.fill ?? 1);
  const found = runDetector(model, view.pixels).filter((face) => face.score >= options.minScore);
  return mergeOverlapping(found).map((face) => toPicture(face, view.map));
}

/** The picture centred in a grey square, -1..1. */
function letterbox(picture: Raster, fill: number): { map: Similarity; pixels: Float32Array } {
  const scale = Math.max(picture.width, picture.height) / INPUT / fill;
  const centre: Point = [picture.width / 2, picture.height / 2];
  const map: Similarity = { centre, scale, angle: 0, target: { width: INPUT, height: INPUT } };
  const pixels = sampleSimilarity(picture, map);
  for (let i = 0; i < INPUT * INPUT; i++) {
    const [x, y] = toSource(map, [(i % INPUT) + 0.5, Math.floor(i / INPUT) + 0.5]);
    const outside = x < 0 || y < 0 || x > picture.width || y > picture.height;
    for (let c = i * 3; c < i * 3 + 3; c++) pixels[c] = outside ? 0 : pixels[c]! / 127.5 - 1;
  }
  return { map, pixels };
}

function runDetector(model: GraphModel, pixels: Float32Array): FaceBox[] {
  const outputs = infer(
    model,
    { pixels, side: INPUT },
    GRIDS.flatMap((grid) => [grid.scores, grid.boxes]),
  );
  return GRIDS.flatMap((grid) =>
    Array.from(outputs(grid.scores), (logit, anchor) => decodeBox(grid, anchor, logit, outputs(grid.boxes))),
  );
}

type Grid = (typeof GRIDS)[number];

function decodeBox(grid: Grid, anchor: number, logit: number, boxes: Float32Array): FaceBox {
  const cell = Math.floor(anchor / grid.anchors);
  const anchorX = (((cell % grid.cells) + 0.5) / grid.cells) * INPUT;
  const anchorY = ((Math.floor(cell / grid.cells) + 0.5) / grid.cells) * INPUT;
  const at = (index: number) => boxes[anchor * BOX_NUMBERS + index] ?? 0;
  const point = (index: number): Point => [anchorX + at(index), anchorY + at(index + 1)];
  const points = [4, 6, 8, 10, 12, 14].map(point);
  return { score: 1 / (1 + Math.exp(-logit)), centre: point(0), width: at(2), height: at(3), points };
}

/** Boxes that show one and the same face become one. Best score first. */
export function mergeOverlapping(faces: FaceBox[]): FaceBox[] {
  const rest = [...faces].sort((a, b) => b.score - a.score);
  const merged: FaceBox[] = [];
  for (let best = rest[0]; best !== undefined; best = rest[0]) {
    const top = best;
    const group = rest.filter((face) => overlap(top, face) > SAME_FACE || face === top);
    merged.push(average(group, top.score));
    rest.splice(0, rest.length, ...rest.filter((face) => !group.includes(face)));
  }
  return merged;
}

function overlap(a: FaceBox, b: FaceBox): number {
  const side = (axis: 0 | 1, sizeA: number, sizeB: number) => {
    const end = Math.min(a.centre[axis] + sizeA / 2, b.centre[axis] + sizeB / 2);
    return Math.max(0, end - Math.max(a.centre[axis] - sizeA / 2, b.centre[axis] - sizeB / 2));
  };
  const shared = side(0, a.width, b.width) * side(1, a.height, b.height);
  return shared / (a.width * a.height + b.width * b.height - shared);
}

function average(group: FaceBox[], score: number): FaceBox {
  const total = group.reduce((sum, face) => sum + face.score, 0);
  const mean = (value: (face: FaceBox) => number) =>
    group.reduce((sum, face) => sum + value(face) * face.score, 0) / total;
  const meanPoint = (value: (face: FaceBox) => Point | undefined): Point => [
    mean((face) => value(face)?.[0] ?? 0),
    mean((face) => value(face)?.[1] ?? 0),
  ];
  const points = (group[0]?.points ?? []).map((_, index) => meanPoint((face) => face.points[index]));
  return {
    score,
    centre: meanPoint((face) => face.centre),
    width: mean((f) => f.width),
    height: mean((f) => f.height),
    points,
  };
}

function toPicture(face: FaceBox, map: Similarity): FaceBox {
  return {
    score: face.score,
    centre: toSource(map, face.centre),
    width: face.width * map.scale,
    height: face.height * map.scale,
    points: face.points.map((point) => toSource(map, point)),
  };
}
