import type { TaskHost } from '../compute/host';
import { findLandmarks } from './landmarks';
import type { FaceLandmarks } from './landmarks';
import type { Located } from './locate-face';
import { MIN_INTEROCULAR, TOO_SMALL } from './judge';
import type { FaceBox } from './detect';
import { PhotoRefused } from './photo-refused';
import { luma } from './raster';
import type { Raster } from './raster';

/**
 * One of several faces counts as the subject when its box is at least this many times as large as every other, two and a half
 * times as wide: two portraits side by side measured up to 4.1, somebody in the background of one 7 and more.
 */
const DOMINANT = 6;
/** Mean luma of a picture in which nothing can be made out. */
const TOO_DARK = 25;
/** A channel from here on is at its end, and the share of such pixels that makes a picture overexposed. */
const FULL = 254;
const TOO_FULL = 0.65;
/** The landmark model doubts that it sees a face at all below this. */
const MIN_PRESENCE = 0.5;

/**
 * Landmarks of the one face of a photo, in working pixels.
 * @throws PhotoRefused `photo_face_missing`, `photo_faces_many`, or why no face can be made out
 */
export async function findSubject(
  located: Located,
  host: TaskHost,
): Promise<FaceLandmarks & { others: number }> {
  const bySize = [...located.faces].sort((a, b) => b.width * b.height - a.width * a.height);
  const [largest, second] = bySize;
  if (largest === undefined) throw explainMissing(located.picture);
  const dominant =
    second === undefined || largest.width * largest.height >= DOMINANT * second.width * second.height;
  if (!dominant) throw eyeDistance(largest) * located.scale < MIN_INTEROCULAR ? tooSmall() : several();
  const landmarks = await findLandmarks(located.picture, largest, host);
  if (landmarks.presence < MIN_PRESENCE) throw explainMissing(located.picture);
  return { ...landmarks, others: bySize.length - 1 };
}

/** Between the eyes of a box, in pixels of the picture it was found in. */
export function eyeDistance({ points: [left, right] }: FaceBox): number {
  return left && right ? Math.hypot(right[0] - left[0], right[1] - left[1]) : Number.POSITIVE_INFINITY;
}

/** Among boxes this small some are no faces, so nobody can tell how many people there are. */
export function tooSmall(): PhotoRefused {
  return new PhotoRefused('photo_face_too_small', TOO_SMALL);
}

function several(): PhotoRefused {
  return new PhotoRefused('photo_faces_many', 'Several faces are in the picture. Use one of a single person.');
}

/** Why no face was found: a picture without light has its own code. */
function explainMissing({ data }: Raster): PhotoRefused {
  let [sum, full] = [0, 0];
  for (let i = 0; i < data.length; i += 3) {
    sum += luma(data[i]!, data[i + 1]!, data[i + 2]!);
    if (Math.max(data[i]!, data[i + 1]!, data[i + 2]!) >= FULL) full += 1;
  }
  const pixels = data.length / 3;
  if (sum / pixels < TOO_DARK)
    return new PhotoRefused('photo_too_dark', 'The picture is too dark to find a face.');
  if (full / pixels > TOO_FULL)
    return new PhotoRefused('photo_too_bright', 'The picture is too bright to find a face.');
  return new PhotoRefused('photo_face_missing', 'No face was found in the picture.');
}
