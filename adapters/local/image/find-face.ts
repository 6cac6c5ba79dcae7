import type { TaskHost } from '../compute/host';
import { findLandmarks } from './landmarks';
import type { FaceLandmarks } from './landmarks';
import type { Located } from './locate-face';
import { PhotoRefused } from './photo-refused';

/** One of several faces counts as the subject when its box is at least this many times as large as every other. */
const DOMINANT = 4;

/**
 * Landmarks of the one face of a photo, in working pixels.
 * @throws PhotoRefused `photo_face_missing` or `photo_faces_many`
 */
export async function findSubject(
  located: Located,
  host: TaskHost,
): Promise<FaceLandmarks & { others: number }> {
  const bySize = [...located.faces].sort((a, b) => b.width * b.height - a.width * a.height);
  const [largest, second] = bySize;
  if (largest === undefined)
    throw new PhotoRefused('photo_face_missing', 'No face was found in the picture.');
  const dominant =
    second === undefined || largest.width * largest.height >= DOMINANT * second.width * second.height;
  if (!dominant)
    throw new PhotoRefused(
      'photo_faces_many',
      'The picture shows several faces. Use one with a single person.',
    );
  return { ...(await findLandmarks(located.picture, largest, host)), others: bySize.length - 1 };
}
