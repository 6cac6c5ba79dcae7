import type { TaskHost } from '../compute/host';
import { decodePhoto } from './decode';
import type { Photo } from './decode';
import { detectFaces } from './detect';
import type { FaceBox } from './detect';
import { turnRaster } from './raster';
import type { Raster } from './raster';

/** Longer side of the picture that faces are looked for and measured in. */
const WORK_SIDE = 1600;
/** A box below this is no face: turned by 180 degrees, a face still gives boxes of 0.46. */
export const FACE_SCORE = 0.6;
/** An upright face above this needs no look at the other three directions. */
const SURE = 0.75;
/** Boxes below this are not even considered. */
const MIN_SCORE = 0.3;

/** A photo at working size, turned so that its faces stand upright. */
export interface Located {
  picture: Raster;
  /** Clockwise turn that made it upright, degrees. */
  rotation: number;
  /** Photo pixels per working pixel. */
  scale: number;
  /** Best first; all at or above `FACE_SCORE`. */
  faces: FaceBox[];
}

/**
 * Decodes a photo and finds its faces, whichever way it was held, or held as `known` says when that was found before.
 * Without a face, `rotation` is 0.
 */
export async function locateFaces(photo: Photo, host: TaskHost, known?: number): Promise<Located> {
  const scale = Math.max(1, Math.max(photo.width, photo.height) / WORK_SIDE);
  const size = {
    width: Math.max(1, Math.round(photo.width / scale)),
    height: Math.max(1, Math.round(photo.height / scale)),
  };
  const picture = await decodePhoto(photo, { rotation: 0, ...size });
  for (const fill of [1, 0.6]) {
    const rotation = known ?? (await findRotation(picture, fill, host));
    if (rotation === null) continue;
    const turned = turnRaster(picture, rotation);
    const faces = await detectFaces(turned, host, { minScore: FACE_SCORE, fill });
    if (faces.length > 0) return { picture: turned, rotation, scale, faces };
  }
  return { picture, rotation: 0, scale, faces: [] };
}

/** Takes the surest face of the four directions and turns it upright by its own points. */
async function findRotation(picture: Raster, fill: number, host: TaskHost): Promise<number | null> {
  let best: { score: number; rotation: number } | null = null;
  for (const degrees of [0, 90, 270, 180]) {
    const [face] = await detectFaces(turnRaster(picture, degrees), host, { minScore: MIN_SCORE, fill });
    if (face === undefined) continue;
    const rotation = (degrees + 360 - quarterTurn(face)) % 360;
    if (degrees === 0 && rotation === 0 && face.score >= SURE) return 0;
    if (best === null || face.score > best.score) best = { score: face.score, rotation };
  }
  return best === null || best.score < FACE_SCORE ? null : best.rotation;
}

/** How far the line of a face's eyes is turned clockwise, to the nearest quarter: 0, 90, 180 or 270. */
function quarterTurn(face: FaceBox): number {
  const [left = face.centre, right = face.centre] = face.points;
  const angle = Math.atan2(right[1] - left[1], right[0] - left[0]);
  return ((Math.round(angle / (Math.PI / 2)) + 4) % 4) * 90;
}
