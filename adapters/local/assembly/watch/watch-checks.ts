import type { QualityCheck } from '../../../../contracts/media';
import type { SceneMeasures } from './measure-scene';

/** Mean luma below which a frame is black. */
const BLACK_BELOW = 12;
/** Limits of the issue "a video one shows a colleague without apologising". */
const LEAST_CORRELATION = 0.85;
const BLINK_GAP_S = { least: 1.8, most: 6.2 };
/** Two pictures of one person lie closer than this; other people's are 0.6 and more away. */
const SAME_PERSON = 0.5;
const LEAST_FACE_SHARE = 0.95;

/** What was seen of the film as checks: value, limit, and the stage that a failure points to. */
export function checkSight(scenes: readonly SceneMeasures[], film: { fps: number; duration_ms: number }): QualityCheck[] {
  return [...scenes.flatMap(checkScene), ...checkBlinks(scenes, film)];
}

function checkScene({ scene, covered, looks, ...seen }: SceneMeasures): QualityCheck[] {
  if (looks === 0) return [];
  const check = (name: string, value: number | null, verdict: Verdict): QualityCheck[] =>
    value === null ? [] : [{ name, scene, value: round(value), limit: verdict.limit, passed: verdict.passed(value), stage: verdict.stage }];
  return [
    // A cutaway hides the face for as long as it lasts.
    ...(covered ? [] : check('face_visible', seen.face_share, { limit: `>= ${LEAST_FACE_SHARE}`, passed: (v) => v >= LEAST_FACE_SHARE, stage: 'scene_assets' })),
    ...check('darkest_frame', seen.darkest, { limit: `>= ${BLACK_BELOW}`, passed: (v) => v >= BLACK_BELOW, stage: 'enhance' }),
    ...check('closures_shut', seen.closures_shut, { limit: '= 1', passed: (v) => v === 1, stage: 'lip_sync' }),
    ...check('lip_sync_correlation', seen.correlation, { limit: `>= ${LEAST_CORRELATION}`, passed: (v) => v >= LEAST_CORRELATION, stage: 'lip_sync' }),
    ...check('identity_distance', seen.distance, { limit: `< ${SAME_PERSON}`, passed: (v) => v < SAME_PERSON, stage: 'scene_assets' }),
  ];
}

interface Verdict {
  limit: string;
  passed(value: number): boolean;
  stage: string;
}

/** Shortest and longest time without a blink over the whole film, s. Only where every scene's blinks are known and in sight. */
function checkBlinks(scenes: readonly SceneMeasures[], { fps, duration_ms }: { fps: number; duration_ms: number }): QualityCheck[] {
  const inSight = ({ covered, blinks_planned, face_share }: SceneMeasures) =>
    !covered && blinks_planned > 0 && face_share >= LEAST_FACE_SHARE;
  if (scenes.length === 0 || !scenes.every(inSight)) return [];
  const times = scenes.flatMap(({ blinks }) => blinks).map((frame) => frame / fps);
  const ends = [0, ...times, duration_ms / 1000];
  const gaps = ends.slice(1).map((time, at) => time - ends[at]!);
  const longest = Math.max(...gaps);
  const shortest = Math.min(BLINK_GAP_S.most, ...gaps.slice(1, -1));
  const rated = (name: string, value: number, verdict: { limit: string; passed: boolean }): QualityCheck => {
    return { name, scene: null, value: round(value), ...verdict, stage: 'lip_sync' };
  };
  return [
    rated('blink_gap_longest_s', longest, { limit: `<= ${BLINK_GAP_S.most}`, passed: longest <= BLINK_GAP_S.most }),
    rated('blink_gap_shortest_s', shortest, { limit: `>= ${BLINK_GAP_S.least}`, passed: shortest >= BLINK_GAP_S.least }),
  ];
}

const round = (value: number): number => Math.round(value * 1000) / 1000;
