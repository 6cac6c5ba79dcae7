import type { Landmark } from './landmarks';
import { irisCentre } from './landmarks';
import { LEFT_IRIS, RIGHT_IRIS } from './mesh-points';
import { toSource, toTarget } from './similarity';
import type { Point, Similarity } from './similarity';

/** Side of the head-and-shoulders square, in plate pixels; the neutral image shows exactly this part. */
export const HEAD_SQUARE = 1024;
/** Distance of the irises and height of the eye line, as shares of the head square. */
const INTEROCULAR_SHARE = 0.145;
const EYE_LINE_SHARE = 0.42;
/** A plate shows at most this much more at each side than the square, and is at most this high. */
const MAX_SIDE = 512;
const MAX_HEIGHT = 1820;

/** How a plate lies on its photo. The head square begins at (`side`, 0) and is centred on the face. */
export interface Alignment {
  map: Similarity;
  side: number;
  interocular: number;
}

/**
 * Places the plate: roll 0, a fixed distance of the eyes, and as much to the sides and below as the photo has.
 * `photo` is the size of the upright picture that the landmarks belong to.
 */
export function alignFace(points: Landmark[], photo: { width: number; height: number }): Alignment {
  const left = irisCentre(points, LEFT_IRIS);
  const right = irisCentre(points, RIGHT_IRIS);
  const interocular = INTEROCULAR_SHARE * HEAD_SQUARE;
  const scale = Math.hypot(right[0] - left[0], right[1] - left[1]) / interocular;
  const angle = Math.atan2(right[1] - left[1], right[0] - left[0]);
  const eyes: Point = [(left[0] + right[0]) / 2, (left[1] + right[1]) / 2];
  const frame = (width: number, height: number): Similarity => {
    const below = (height / 2 - EYE_LINE_SHARE * HEAD_SQUARE) * scale;
    const centre: Point = [eyes[0] - Math.sin(angle) * below, eyes[1] + Math.cos(angle) * below];
    return { centre, scale, angle, target: { width, height } };
  };
  const square = frame(HEAD_SQUARE, HEAD_SQUARE);
  const corners = cornersOf(photo).map((corner) => toTarget(square, corner));
  const reach = Math.max(...corners.map(([x]) => Math.max(-x, x - HEAD_SQUARE)));
  const bottom = Math.max(...corners.map(([, y]) => y));
  const side = Math.ceil(clamp(reach, 0, MAX_SIDE));
  const height = Math.ceil(clamp(bottom, HEAD_SQUARE, MAX_HEIGHT));
  return { map: frame(HEAD_SQUARE + 2 * side, height), side, interocular };
}

/** The mesh in plate pixels. */
export function alignLandmarks(points: Landmark[], map: Similarity): Landmark[] {
  return points.map(([x, y, z]) => [...toTarget(map, [x, y]), z / map.scale]);
}

/** Smallest part of the photo, in whole pixels, that the plate can see. */
export function visibleRegion(map: Similarity, photo: { width: number; height: number }) {
  const corners = cornersOf(map.target).map((corner) => toSource(map, corner));
  const span = (values: number[], limit: number): [number, number] => {
    const from = clamp(Math.floor(Math.min(...values)) - 2, 0, limit - 1);
    return [from, clamp(Math.ceil(Math.max(...values)) + 2, from + 1, limit) - from];
  };
  const [left, width] = span(
    corners.map(([x]) => x),
    photo.width,
  );
  const [top, height] = span(
    corners.map(([, y]) => y),
    photo.height,
  );
  return { left, top, width, height };
}

function cornersOf({ width, height }: { width: number; height: number }): Point[] {
  return [
    [0, 0],
    [width, 0],
    [0, height],
    [width, height],
  ];
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
