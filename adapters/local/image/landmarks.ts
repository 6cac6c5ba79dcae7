import type { TaskHost } from '../compute/host';
import type { FaceBox } from './detect';
import { infer } from './infer';
import * as mesh from './mesh-points';
import { loadLandmarker } from './models';
import type { Raster } from './raster';
import { sampleSimilarity } from './sample';
import { toSource } from './similarity';
import type { Point, Similarity } from './similarity';

/** Side of the model's input in pixels. */
const INPUT = 192;
/** Crop in multiples of the mesh's longer side: wide at first, because the detector's box is rough. */
const FIRST_MARGIN = 1.8;
const MARGIN = 1.5;
/** The crop stands still when it changes by less than this share from pass to pass. */
const STABLE = 0.015;
const MAX_PASSES = 8;

export type Landmark = [x: number, y: number, z: number];

/** A face's mesh in pixels of the picture; z grows away from the viewer and has the scale of x. */
export interface FaceLandmarks {
  points: Landmark[];
  /** How sure the model is that the crop shows a face, 0..1. */
  presence: number;
  passes: number;
}

const OUTPUTS = [
  'output_mesh_identity',
  'output_lips',
  'output_left_eye',
  'output_right_eye',
  'output_left_iris',
  'output_right_iris',
  'conv_faceflag',
] as const;
type Outputs = (name: (typeof OUTPUTS)[number]) => Float32Array;

/**
 * Finds the 478 landmarks of a face. The crop follows the mesh it gave, turned upright, until it stands still:
 * the mesh of a badly placed crop is off by several pixels, that of a settled one is not.
 */
export async function findLandmarks(picture: Raster, face: FaceBox, host: TaskHost): Promise<FaceLandmarks> {
  const model = await host.cached(loadLandmarker);
  let crop = cropOfBox(face);
  let passes = 0;
  for (;;) {
    const pixels = sampleSimilarity(picture, crop, 1 / 255);
    const outputs = infer(model, { pixels, side: INPUT }, OUTPUTS);
    const points = readPoints(outputs, crop);
    passes += 1;
    const next = cropOfMesh(points);
    const settled = Math.abs(next.scale / crop.scale - 1) < STABLE;
    if (settled || passes === MAX_PASSES)
      return { points, presence: sigmoid(outputs('conv_faceflag')[0] ?? 0), passes };
    crop = next;
  }
}

/** What a single look costs: the mesh alone, or refined where it is asked for. */
export type LookDetail = 'mesh' | 'lips' | 'eyes';

const DETAILS = {
  mesh: ['output_mesh_identity', 'conv_faceflag'],
  lips: ['output_mesh_identity', 'conv_faceflag', 'output_lips'],
  eyes: ['output_mesh_identity', 'conv_faceflag', 'output_left_eye', 'output_right_eye'],
} as const satisfies Record<LookDetail, readonly (typeof OUTPUTS)[number][]>;

/** A face seen once: its 468 points, and the crop in which to look for it in the next frame. */
export interface FaceLook {
  points: Landmark[];
  presence: number;
  next: Similarity;
}

/**
 * Looks for a face where it is expected, in one pass: for films, whose faces move little from look to look. The refined
 * parts cost two to three times as much as the mesh.
 */
export async function lookAtFace(
  picture: Raster,
  { crop, detail }: { crop: Similarity; detail: LookDetail },
  host: TaskHost,
): Promise<FaceLook> {
  const model = await host.cached(loadLandmarker);
  const pixels = sampleSimilarity(picture, crop, 1 / 255);
  const outputs = infer(model, { pixels, side: INPUT }, DETAILS[detail]);
  const raw = readTriples(outputs('output_mesh_identity'));
  if (detail === 'lips') refine(raw, mesh.REFINED_LIPS, outputs('output_lips'));
  if (detail === 'eyes') {
    refine(raw, mesh.REFINED_LEFT_EYE, outputs('output_left_eye'));
    refine(raw, mesh.REFINED_RIGHT_EYE, outputs('output_right_eye'));
  }
  const points = toPicture(raw, crop);
  return { points, presence: sigmoid(outputs('conv_faceflag')[0] ?? 0), next: cropOfMesh(points) };
}

/** Middle of an iris. */
export function irisCentre(points: Landmark[], iris: readonly number[]): Point {
  const own = iris.map((index) => pointAt(points, index));
  return [average(own.map((point) => point[0])), average(own.map((point) => point[1]))];
}

/** A landmark by its number. */
export function pointAt(points: Landmark[], index: number): Landmark {
  const point = points[index];
  if (point === undefined) throw new RangeError(`The mesh has no landmark ${index}.`);
  return point;
}

/** The crop in which to look for the face of a box at first: wide, because the box is rough. */
export function cropOfBox(face: FaceBox): Similarity {
  const [left = face.centre, right = face.centre] = face.points;
  const angle = Math.atan2(right[1] - left[1], right[0] - left[0]);
  const scale = (FIRST_MARGIN * Math.max(face.width, face.height)) / INPUT;
  return { centre: face.centre, scale, angle, target: { width: INPUT, height: INPUT } };
}

/** Square around the mesh, turned so that the outer eye corners lie level. */
function cropOfMesh(points: Landmark[]): Similarity {
  const left = pointAt(points, mesh.LEFT_EYE.outer);
  const right = pointAt(points, mesh.RIGHT_EYE.outer);
  const angle = Math.atan2(right[1] - left[1], right[0] - left[0]);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const face = points.slice(0, mesh.FACE_POINTS);
  const [minX, maxX] = range(face.map(([x, y]) => cos * x + sin * y));
  const [minY, maxY] = range(face.map(([x, y]) => cos * y - sin * x));
  const [midX, midY] = [(minX + maxX) / 2, (minY + maxY) / 2];
  const centre: Point = [cos * midX - sin * midY, sin * midX + cos * midY];
  const scale = (MARGIN * Math.max(maxX - minX, maxY - minY)) / INPUT;
  return { centre, scale, angle, target: { width: INPUT, height: INPUT } };
}

/** Puts the refined lips, eyes and irises into the mesh and maps all of it from the crop to the picture. */
function readPoints(outputs: Outputs, crop: Similarity): Landmark[] {
  const raw = readTriples(outputs('output_mesh_identity'));
  refine(raw, mesh.REFINED_LIPS, outputs('output_lips'));
  refine(raw, mesh.REFINED_LEFT_EYE, outputs('output_left_eye'));
  refine(raw, mesh.REFINED_RIGHT_EYE, outputs('output_right_eye'));
  refine(raw, mesh.LEFT_IRIS, outputs('output_left_iris'), mesh.LEFT_EYE.outer);
  refine(raw, mesh.RIGHT_IRIS, outputs('output_right_iris'), mesh.RIGHT_EYE.outer);
  return toPicture(raw, crop);
}

/** Refined outputs are flat; a point keeps its depth, or takes that of `depthOf`. */
function refine(raw: Landmark[], numbers: readonly number[], values: Float32Array, depthOf?: number): void {
  numbers.forEach((target, index) => {
    const depth = raw[depthOf ?? target]?.[2] ?? 0;
    raw[target] = [values[index * 2] ?? 0, values[index * 2 + 1] ?? 0, depth];
  });
}

function toPicture(raw: readonly Landmark[], crop: Similarity): Landmark[] {
  return raw.map(([x, y, z]) => {
    // The model counts from pixel centres, this code from pixel corners.
    const [atX, atY] = toSource(crop, [x + 0.5, y + 0.5]);
    return [atX, atY, z * crop.scale];
  });
}

function readTriples(values: Float32Array): Landmark[] {
  return Array.from({ length: mesh.FACE_POINTS }, (_, index) => [
    values[index * 3] ?? 0,
    values[index * 3 + 1] ?? 0,
    values[index * 3 + 2] ?? 0,
  ]);
}

function range(values: number[]): [min: number, max: number] {
  return [Math.min(...values), Math.max(...values)];
}

function average(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}
