import { PhotoRefused } from './photo-refused';
import type { PhotoCode } from './photo-refused';
import type { FaceMetrics } from './quality';

/** Photo pixels between the eyes below which there is too little to enlarge. */
export const MIN_INTEROCULAR = 24;
export const TOO_SMALL = 'The face is too small. Come closer or use a larger picture.';

/**
 * A face that fails one of these cannot be used; the first that applies is named.
 * Light comes first: without it, nothing else that was measured means anything.
 * Figures: trials on 31 pictures.
 */
const REFUSALS: [code: PhotoCode, applies: (face: FaceMetrics) => boolean, message: string][] = [
  ['photo_too_dark', (face) => face.brightness < 25 || face.shadows_lost > 0.5, 'The face is too dark.'],
  ['photo_too_dark', (face) => face.highlights < 52, 'The picture uses less than a fifth of the range from black to white: it is too dark.'],
  ['photo_too_bright', (face) => face.brightness > 240 || face.lights_lost > 0.5, 'The face is overexposed.'],
  ['photo_face_cut', (face) => face.cut_off > 0.06, 'The face is cut off by the edge of the picture.'],
  [
    'photo_face_too_small',
    (face) => face.interocular < MIN_INTEROCULAR,
    TOO_SMALL,
  ],
  ['photo_blurred', (face) => face.sharpness < 0.003, 'The face is out of focus or blurred.'],
  ['photo_pose_extreme', (face) => Math.abs(face.yaw) > 35, 'The face looks too far to the side.'],
  ['photo_pose_extreme', (face) => Math.abs(face.pitch) > 35, 'The face looks too far up or down.'],
];

/** What makes a result worse without ruling it out. */
const WARNINGS: [applies: (face: FaceMetrics) => boolean, message: string][] = [
  [(face) => face.presence < 0.9, 'The face is partly hidden or hard to make out.'],
  [(face) => face.interocular < 60, 'The face is small, so it was enlarged and looks softer.'],
  [(face) => face.sharpness < 0.01, 'The face is slightly blurred.'],
  [(face) => face.brightness < 50, 'The face is dark.'],
  [(face) => face.brightness > 215, 'The face is very bright.'],
  [
    (face) => face.shadows_lost > 0.15 || face.lights_lost > 0.15,
    'Parts of the face are black or white without detail.',
  ],
  [(face) => face.light_balance < 0.5 || face.light_balance > 2, 'The light comes hard from one side.'],
  [(face) => Math.abs(face.yaw) > 20, 'The face looks to the side.'],
  [(face) => Math.abs(face.pitch) > 20, 'The face looks up or down.'],
  [(face) => face.eye_openness < 0.18, 'The eyes look shut.'],
  [(face) => face.mouth_openness > 0.35, 'The mouth is wide open.'],
];

/** @throws PhotoRefused with the first reason that rules the face out */
export function refuseUnusable(face: FaceMetrics): void {
  const refusal = REFUSALS.find(([, applies]) => applies(face));
  if (refusal !== undefined) throw new PhotoRefused(refusal[0], refusal[2]);
}

export function warningsFor(face: FaceMetrics): string[] {
  return WARNINGS.filter(([applies]) => applies(face)).map(([, message]) => message);
}

/** Parts of a photo's score, 0..1 each, and what a high value means in words. */
export const MERITS: [words: string, weight: number, value: (face: FaceMetrics) => number][] = [
  ['the largest face', 3, (face) => ramp(face.interocular, 24, 160)],
  ['the sharpest face', 3, (face) => ramp(face.sharpness, 0.003, 0.03)],
  [
    'the face that looks most straight ahead',
    3,
    (face) => 1 - ramp(Math.abs(face.yaw) + Math.abs(face.pitch), 5, 45),
  ],
  ['the best exposed face', 2, (face) => exposure(face)],
  ['the most even light', 1, (face) => 1 - ramp(Math.abs(Math.log(face.light_balance)), 0.1, 0.9)],
  ['the calmest expression', 1, (face) => 1 - ramp(face.mouth_openness, 0.05, 0.5)],
  ['open eyes', 1, (face) => ramp(face.eye_openness, 0.12, 0.25)],
];

/** 0..100, for choosing among the photos of one job. */
export function scoreFace(face: FaceMetrics): number {
  const total = MERITS.reduce((sum, [, weight]) => sum + weight, 0);
  const reached = MERITS.reduce((sum, [, weight, value]) => sum + weight * value(face), 0);
  return Math.round((1000 * reached) / total) / 10;
}

function exposure(face: FaceMetrics): number {
  const level = Math.min(ramp(face.brightness, 30, 90), 1 - ramp(face.brightness, 200, 240));
  return level * (1 - Math.min(1, face.shadows_lost + face.lights_lost));
}

function ramp(value: number, from: number, to: number): number {
  return Math.min(1, Math.max(0, (value - from) / (to - from)));
}
