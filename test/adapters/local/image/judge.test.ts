import { refuseUnusable, warningsFor } from '../../../../adapters/local/image/judge';
import type { FaceMetrics } from '../../../../adapters/local/image/quality';

/** A face that nothing is wrong with. */
const GOOD: FaceMetrics = {
  ...{ interocular: 90, presence: 1, sharpness: 0.03, brightness: 150, highlights: 250, shadows_lost: 0, lights_lost: 0, light_balance: 1 },
  ...{ yaw: 0, pitch: 0, roll: 0, eye_openness: 0.3, mouth_openness: 0.1, cut_off: 0 },
};

type Row = [metric: keyof FaceMetrics, last: number, first: number, answer: string];

/** Each limit of a refusal: the last value that passes, the first that does not, and the code. */
const REFUSED: Row[] = [
  ['interocular', 24, 23.9, 'photo_face_too_small'],
  ['sharpness', 0.003, 0.0029, 'photo_blurred'],
  ['brightness', 25, 24.9, 'photo_too_dark'],
  ['highlights', 52, 51, 'photo_too_dark'],
  ['brightness', 240, 240.1, 'photo_too_bright'],
  ['shadows_lost', 0.5, 0.51, 'photo_too_dark'],
  ['lights_lost', 0.5, 0.51, 'photo_too_bright'],
  ['yaw', 35, 35.1, 'photo_pose_extreme'],
  ['yaw', -35, -35.1, 'photo_pose_extreme'],
  ['pitch', 35, 35.1, 'photo_pose_extreme'],
  ['pitch', -35, -35.1, 'photo_pose_extreme'],
  ['cut_off', 0.06, 0.061, 'photo_face_cut'],
];

/** Each limit of a warning, and how it begins. */
const WARNED: Row[] = [
  ['interocular', 60, 59.9, 'The face is small'],
  ['presence', 0.9, 0.89, 'The face is partly hidden'],
  ['sharpness', 0.01, 0.0099, 'The face is slightly blurred'],
  ['brightness', 50, 49.9, 'The face is dark'],
  ['brightness', 215, 215.1, 'The face is very bright'],
  ['shadows_lost', 0.15, 0.16, 'Parts of the face are black or white'],
  ['lights_lost', 0.15, 0.16, 'Parts of the face are black or white'],
  ['light_balance', 0.5, 0.49, 'The light comes hard from one side'],
  ['light_balance', 2, 2.01, 'The light comes hard from one side'],
  ['yaw', 20, 20.1, 'The face looks to the side'],
  ['yaw', -20, -20.1, 'The face looks to the side'],
  ['pitch', 20, 20.1, 'The face looks up or down'],
  ['pitch', -20, -20.1, 'The face looks up or down'],
  ['eye_openness', 0.18, 0.179, 'The eyes look shut'],
  ['mouth_openness', 0.35, 0.36, 'The mouth is wide open'],
];

test('a good face is neither refused nor warned about', () => {
  expect(() => refuseUnusable(GOOD)).not.toThrow();
  expect(warningsFor(GOOD)).toEqual([]);
});

test.each(REFUSED)('%s of %f passes, of %f is refused with %s', (metric, last, first, code) => {
  expect(() => refuseUnusable({ ...GOOD, [metric]: last })).not.toThrow();
  expect(() => refuseUnusable({ ...GOOD, [metric]: first })).toThrow(expect.objectContaining({ name: 'PhotoRefused', code }));
});

test.each(WARNED)('%s of %f is fine, of %f is answered with: %s', (metric, last, first, words) => {
  expect(warningsFor({ ...GOOD, [metric]: last })).toEqual([]);
  expect(warningsFor({ ...GOOD, [metric]: first })).toEqual([expect.stringContaining(words)]);
});

test('a head held askew is turned upright, so no roll is refused or warned about', () => {
  expect(warningsFor({ ...GOOD, roll: 90 })).toEqual([]);
  expect(() => refuseUnusable({ ...GOOD, roll: -90 })).not.toThrow();
});

test('light comes first among several reasons', () => {
  const dark = { ...GOOD, brightness: 10, sharpness: 0, interocular: 5 };
  expect(() => refuseUnusable(dark)).toThrow(expect.objectContaining({ code: 'photo_too_dark' }));
});
