import { pointAt, type Landmark } from '../../image/landmarks';
import { LEFT_EYE, MOUTH, NOSE_BASE, RIGHT_EYE } from '../../image/mesh-points';
import { luma, type Raster } from '../../image/raster';
import { sampleSimilarity } from '../../image/sample';
import type { Point } from '../../image/similarity';
import { teethLight } from './teeth-light';

/** Windows are cut at this distance of the eyes, upright, so that they compare from frame to frame. */
const INTEROCULAR = 40;
/** Around the mouth, from the nose down; around each eye. Pixels at that size. */
const MOUTH_WINDOW = { width: 36, height: 22, below: 0.32 };
const EYE_WINDOW = { width: 20, height: 10 };

/** From this gap on, in interocular distances, teeth are seen between the lips. */
const TEETH_SHOW = 0.1;

/** A face's mouth and eyes as small grey pictures that do not move with the head, and the gap between the lips. */
export interface FaceWindows {
  mouth: Float32Array;
  eyes: Float32Array;
  /** In interocular distances. */
  gap: number;
  /** Distance of the eyes in the picture, pixels. */
  interocular: number;
  /** Brightness of teeth over that of the eyes' white; null where the mouth is hardly open. */
  teeth: number | null;
}

/** Cuts the windows where the mesh says: held by eye corners and nose, which neither lids nor jaw move. */
export function cutWindows(picture: Raster, points: Landmark[]): FaceWindows {
  const [left, right] = [middleOf(points, LEFT_EYE), middleOf(points, RIGHT_EYE)];
  const [dx, dy] = [right[0] - left[0], right[1] - left[1]];
  const interocular = Math.hypot(dx, dy);
  const angle = Math.atan2(dy, dx);
  const grey = (centre: Point, target: { width: number; height: number }): Float32Array => {
    const rgb = sampleSimilarity(picture, { centre, scale: interocular / INTEROCULAR, angle, target });
    return Float32Array.from({ length: rgb.length / 3 }, (_, i) => luma(rgb[i * 3]!, rgb[i * 3 + 1]!, rgb[i * 3 + 2]!));
  };
  const nose = pointAt(points, NOSE_BASE);
  const below = MOUTH_WINDOW.below * interocular;
  const mouth = grey([nose[0] - Math.sin(angle) * below, nose[1] + Math.cos(angle) * below], MOUTH_WINDOW);
  const eyes = [left, right].map((eye) => grey(eye, EYE_WINDOW));
  const [upper, lower] = [pointAt(points, MOUTH.upper), pointAt(points, MOUTH.lower)];
  const gap = Math.hypot(upper[0] - lower[0], upper[1] - lower[1]) / interocular;
  return { mouth, eyes: Float32Array.from([...eyes[0]!, ...eyes[1]!]), gap, interocular, teeth: gap < TEETH_SHOW ? null : teethLight(picture, points) };
}

function middleOf(points: Landmark[], { outer, inner }: { outer: number; inner: number }): Point {
  const [a, b] = [pointAt(points, outer), pointAt(points, inner)];
  return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
}

/** The mean of windows of one kind. */
export function meanWindow(windows: readonly Float32Array[]): Float32Array {
  const sum = new Float32Array(windows[0]?.length ?? 0);
  for (const window of windows) window.forEach((value, i) => (sum[i] = sum[i]! + value / windows.length));
  return sum;
}

/** Mean difference of two windows as a share of the second one's brightness. */
export function windowDistance(window: Float32Array, reference: Float32Array): number {
  let [difference, level] = [0, 0];
  for (let i = 0; i < window.length; i++) {
    difference += Math.abs(window[i]! - reference[i]!);
    level += reference[i]!;
  }
  return difference / Math.max(1, level);
}
