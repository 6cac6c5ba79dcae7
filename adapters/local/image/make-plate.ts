import type { FaceMesh } from '../../capabilities/image';
import type { TaskHost } from '../compute/host';
import { HEAD_SQUARE, alignFace, alignLandmarks, visibleRegion } from './align';
import type { Alignment } from './align';
import { decodePhoto } from './decode';
import type { Photo } from './decode';
import { estimateForeground, pureMatte } from './foreground';
import type { FaceLandmarks, Landmark } from './landmarks';
import type { Located } from './locate-face';
import { correctLight, measureLight } from './light';
import { makeMatte } from './matte';
import { createPlane } from './raster';
import type { Plane, Raster } from './raster';
import { coverage, sampleCubic } from './sample-cubic';
import type { Similarity } from './similarity';

/** Columns and rows whose alpha never exceeds this (of 255) are cut off. */
const EMPTY = 8;
/** Landmarks are kept to a hundredth of a pixel. */
const PRECISION = 100;

/** A cut-out portrait: RGBA with straight alpha, upright, eyes level. The head square starts at (`head_left`, 0). */
export interface Plate {
  picture: Raster;
  mesh: FaceMesh;
  head_left: number;
  /** Photo pixels per plate pixel; below 1 the photo was enlarged. */
  scale: number;
  /** Factors that corrected the light. */
  gains: [number, number, number];
}

/**
 * Cuts a person out of a photo. `face` are landmarks in pixels of `located.picture`.
 * Nothing here is random: the same photo gives the same bytes.
 */
export async function makePlate(
  photo: Photo,
  { located, face, host }: { located: Located; face: FaceLandmarks; host: TaskHost },
): Promise<Plate> {
  const upright =
    located.rotation % 180 === 0 ? photo : { ...photo, width: photo.height, height: photo.width };
  const points = scaleLandmarks(face.points, located.scale);
  const alignment = alignFace(points, upright);
  const { map } = alignment;
  const picture = await alignPicture(photo, { alignment, upright, rotation: located.rotation });
  const covered = coverage(upright, map);
  host.progress(30, 'aligned');
  const surroundings = { picture: located.picture, map: shrinkMap(map, located.scale) };
  const matte = await makeMatte(picture, {
    head: { left: alignment.side, side: HEAD_SQUARE },
    surroundings,
    host,
  });
  host.progress(60, 'cut out');
  const alpha = multiply(matte, covered);
  const { gains } = measureLight(picture, alpha, covered);
  correctLight(picture, { gains });
  const whole = estimateForeground(picture, pureMatte(matte), alpha);
  host.progress(90, 'edges cleaned');
  return trim(whole, { alignment, points: alignLandmarks(points, map), gains });
}

/** Landmarks from working pixels to photo pixels. */
function scaleLandmarks(points: Landmark[], scale: number): Landmark[] {
  return points.map(([x, y, z]) => [x * scale, y * scale, z * scale]);
}

/** The same placement on a picture that is `factor` times smaller. */
function shrinkMap(map: Similarity, factor: number): Similarity {
  return { ...map, centre: [map.centre[0] / factor, map.centre[1] / factor], scale: map.scale / factor };
}

interface Source {
  alignment: Alignment;
  upright: { width: number; height: number };
  rotation: number;
}

/** Decodes just the part of the photo that the plate shows, at the plate's scale, and lays it straight. */
async function alignPicture(photo: Photo, { alignment, upright, rotation }: Source): Promise<Raster> {
  const { map } = alignment;
  const region = visibleRegion(map, upright);
  const width = Math.max(2, Math.round(region.width / map.scale));
  const height = Math.max(2, Math.round(region.height / map.scale));
  const part = await decodePhoto(photo, { rotation, region, width, height });
  const shrink = (width / region.width + height / region.height) / 2;
  const inPart: Similarity = {
    ...map,
    centre: [(map.centre[0] - region.left) * shrink, (map.centre[1] - region.top) * shrink],
    scale: map.scale * shrink,
  };
  return sampleCubic(part, inPart);
}

/** Cuts off what is empty: the same amount left and right, so that the face stays in the middle, and below. */
function trim(
  whole: Raster,
  { alignment, points, gains }: { alignment: Alignment; points: Landmark[]; gains: Plate['gains'] },
): Plate {
  const { left, right, bottom } = visibleBounds(whole);
  const cut = Math.max(0, Math.min(left, whole.width - right, alignment.side));
  const height = Math.max(HEAD_SQUARE, bottom);
  const picture = crop(whole, { left: cut, width: whole.width - 2 * cut, height });
  const round = (value: number) => Math.round(value * PRECISION) / PRECISION;
  const landmarks = points.map(([x, y, z]): Landmark => [round(x - cut), round(y), round(z)]);
  const mesh = { width: picture.width, height, landmarks, interocular: round(alignment.interocular) };
  return { picture, mesh, head_left: alignment.side - cut, scale: alignment.map.scale, gains };
}

function visibleBounds({ width, height, data }: Raster): { left: number; right: number; bottom: number } {
  const bounds = { left: width, right: 0, bottom: 0 };
  for (let y = 0, at = 3; y < height; y++) {
    for (let x = 0; x < width; x++, at += 4) {
      if (data[at]! <= EMPTY) continue;
      bounds.left = Math.min(bounds.left, x);
      bounds.right = Math.max(bounds.right, x + 1);
      bounds.bottom = y + 1;
    }
  }
  return bounds;
}

function crop(
  source: Raster,
  { left, width, height }: { left: number; width: number; height: number },
): Raster {
  const data = new Uint8Array(width * height * source.channels);
  for (let y = 0; y < height; y++) {
    const from = (y * source.width + left) * source.channels;
    data.set(source.data.subarray(from, from + width * source.channels), y * width * source.channels);
  }
  return { width, height, channels: source.channels, data };
}

function multiply(a: Plane, b: Plane): Plane {
  const out = createPlane(a.width, a.height);
  for (let i = 0; i < out.data.length; i++) out.data[i] = a.data[i]! * b.data[i]!;
  return out;
}
