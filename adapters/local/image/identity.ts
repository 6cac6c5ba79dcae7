import type { TaskHost } from '../compute/host';
import { openPhoto } from './decode';
import { embedFace, embeddingDistance, type FaceEmbedding } from './face-embedding';
import { findSubject } from './find-face';
import { locateFaces } from './locate-face';

/**
 * The embedding of a picture's one face. Biometric data: compare it and let it go.
 * @throws PhotoRefused when the picture shows no single face
 */
export async function embedPhoto(path: string, host: TaskHost): Promise<FaceEmbedding> {
  const located = await locateFaces(await openPhoto(path), host);
  const { points } = await findSubject(located, host);
  return embedFace(located.picture, points, host);
}

/** Task `image.compare_faces`: how far each picture's face is from the first one's. Only distances leave the thread. */
export async function compareFaces({ paths }: { paths: string[] }, host: TaskHost): Promise<number[]> {
  const [first, ...others] = paths;
  if (first === undefined) return [];
  const reference = await embedPhoto(first, host);
  const distances: number[] = [];
  for (const other of others) distances.push(Math.round(1000 * embeddingDistance(reference, await embedPhoto(other, host))) / 1000);
  return distances;
}
