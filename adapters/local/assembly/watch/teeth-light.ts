import type { Landmark } from '../../image/landmarks';
import { pointAt } from '../../image/landmarks';
import { luma, type Raster } from '../../image/raster';
import { EYES } from '../../render/face-topology';
import { insidePolygon, type Point } from '../../render/geometry';
import { eyeOutline, mouthOutline } from '../../render/rig-mesh';

/** Only a twentieth of the pixels of mouth or eyes is brighter: teeth and white without glints. */
const BRIGHT = 0.95;

/** Lips reach a little into the outline that landmarks see, most of all lips without colour: only this much of it is looked at. */
const WITHIN_LIPS = 0.75;

/** How bright teeth are against the white of the eyes in a picture of an open mouth; null without pixels of both. */
export function teethLight(picture: Raster, points: Landmark[]): number | null {
  const teeth = brightOf(lumaInside(picture, shrink(outlineOf(points, mouthOutline()), WITHIN_LIPS)));
  const white = brightOf(EYES.flatMap((eye) => lumaInside(picture, outlineOf(points, eyeOutline(eye)))));
  return teeth === null || white === null ? null : teeth / Math.max(1, white);
}

function outlineOf(points: Landmark[], numbers: readonly number[]): Point[] {
  return numbers.map((number): Point => [pointAt(points, number)[0], pointAt(points, number)[1]]);
}

/** An outline drawn together around its middle. */
function shrink(outline: readonly Point[], share: number): Point[] {
  const [sumX, sumY] = outline.reduce(([sx, sy], [x, y]) => [sx + x, sy + y], [0, 0]);
  const [cx, cy] = [sumX / outline.length, sumY / outline.length];
  return outline.map(([x, y]): Point => [cx + share * (x - cx), cy + share * (y - cy)]);
}

function lumaInside({ width, height, data }: Raster, outline: readonly Point[]): number[] {
  const [xs, ys] = [outline.map(([x]) => x), outline.map(([, y]) => y)];
  const values: number[] = [];
  for (let y = Math.max(0, Math.floor(Math.min(...ys))); y < Math.min(height, Math.max(...ys)); y++) {
    for (let x = Math.max(0, Math.floor(Math.min(...xs))); x < Math.min(width, Math.max(...xs)); x++) {
      if (!insidePolygon([x + 0.5, y + 0.5], outline)) continue;
      const at = (y * width + x) * 3;
      values.push(luma(data[at]!, data[at + 1]!, data[at + 2]!));
    }
  }
  return values;
}

function brightOf(values: readonly number[]): number | null {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * BRIGHT)] ?? null;
}
