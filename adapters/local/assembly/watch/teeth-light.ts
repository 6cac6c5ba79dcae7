import type { Landmark } from '../../image/landmarks';
import { pointAt } from '../../image/landmarks';
import { luma, type Raster } from '../../image/raster';
import { EYES } from '../../render/face-topology';
import { insidePolygon, type Point } from '../../render/geometry';
import { mouthOutline } from '../../render/rig-mesh';

/** Only a twentieth of the pixels of mouth or eyes is brighter: teeth and white without glints. */
const BRIGHT = 0.95;

/** How bright teeth are against the white of the eyes in a picture of an open mouth; null without pixels of both. */
export function teethLight(picture: Raster, points: Landmark[]): number | null {
  const eyes = EYES.map((eye) => [eye.corners[0], ...eye.upper, eye.corners[1], ...[...eye.lower].reverse()]);
  const teeth = brightOf(lumaInside(picture, points, mouthOutline()));
  const white = brightOf(eyes.flatMap((outline) => lumaInside(picture, points, outline)));
  return teeth === null || white === null ? null : teeth / Math.max(1, white);
}

function lumaInside({ width, height, data }: Raster, points: Landmark[], numbers: readonly number[]): number[] {
  const outline = numbers.map((number): Point => [pointAt(points, number)[0], pointAt(points, number)[1]]);
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
