import type { TaskHost } from '../compute/host';
import { openPhoto } from './decode';
import { explainRefusal } from './explain-refusal';
import { findSubject } from './find-face';
import { refuseUnusable, scoreFace, warningsFor } from './judge';
import { locateFaces } from './locate-face';
import type { Located } from './locate-face';
import { measureFace } from './quality';
import type { FaceMetrics } from './quality';

/** A photo that can be used. */
export interface PhotoInspection {
  /** Clockwise turn that puts the face upright, degrees: 0, 90, 180 or 270. */
  rotation: number;
  metrics: FaceMetrics;
  warnings: string[];
  /** 0..100 */
  score: number;
}

/**
 * Decodes a photo, finds its face and judges it.
 * @throws PhotoRefused with one of the photo codes
 */
export async function inspectPhoto({ path }: { path: string }, host: TaskHost): Promise<PhotoInspection> {
  const photo = await openPhoto(path);
  const located = await locateFaces(photo, host);
  host.progress(50, 'face located');
  try {
    return await judgeFace(located, host);
  } catch (error) {
    throw await explainRefusal(error, located, host);
  }
}

async function judgeFace(located: Located, host: TaskHost): Promise<PhotoInspection> {
  const face = await findSubject(located, host);
  const metrics = measureFace(located.picture, face, located.scale);
  refuseUnusable(metrics);
  const warnings = warningsFor(metrics);
  if (face.others > 0) warnings.push('Other, smaller faces are in the picture; the largest was taken.');
  return { rotation: located.rotation, metrics, warnings, score: scoreFace(metrics) };
}
