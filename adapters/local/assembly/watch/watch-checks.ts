import type { QualityCheck } from '../../../../contracts/media';
import type { SceneMeasures } from './measure-scene';

interface Rule {
  limit: string;
  passed(value: number): boolean;
  /** Stage to resume from when the check fails. */
  stage: string;
}

/** Limits of the issue "a video one shows a colleague without apologising", and a frame that is black. */
const RULES = {
  face_visible: atLeast(0.95, 'scene_assets'),
  darkest_frame: atLeast(12, 'enhance'),
  // All are shut in what this renderer makes; in a small face one of them may not be seen so, in lips out of step most are not.
  closures_shut: atLeast(0.8, 'lip_sync'),
  lip_sync_correlation: atLeast(0.85, 'lip_sync'),
  teeth_to_eye_white: { limit: '<= 1', passed: (value) => value <= 1, stage: 'enhance' },
  // Two pictures of one person lie closer than this; other people's are 0.6 and more away.
  identity_distance: { limit: '< 0.5', passed: (value) => value < 0.5, stage: 'scene_assets' },
  blink_gap_longest_s: { limit: '<= 6.2', passed: (value) => value <= 6.2, stage: 'lip_sync' },
  blink_gap_shortest_s: atLeast(1.8, 'lip_sync'),
} as const satisfies Record<string, Rule>;

/** Said instead of a value. */
const TOO_SMALL = 'the face is too small in the picture to measure its lips and lids';

/** What was seen of the film as checks: value, limit, and the stage that a failure points to. */
export function checkSight(scenes: readonly SceneMeasures[], film: { fps: number; duration_ms: number }): QualityCheck[] {
  return [...scenes.flatMap(checkScene), ...checkBlinks(scenes, film)];
}

function checkScene(seen: SceneMeasures): QualityCheck[] {
  const { scene, looks, looks_wanted, distance, darkest } = seen;
  if (looks === 0) return [];
  const note = looks < looks_wanted ? `${looks} of ${looks_wanted} frames looked at` : null;
  const add = (name: keyof typeof RULES, value: number): QualityCheck => rate(name, { scene, value, note });
  return [
    add('face_visible', seen.face_share),
    add('darkest_frame', darkest),
    ...checkMouth(seen, note),
    ...(distance === null ? [] : [add('identity_distance', distance)]),
  ];
}

function checkMouth({ scene, closures, correlation, teeth, too_small }: SceneMeasures, thin: string | null): QualityCheck[] {
  const { planned, measured, shut } = closures;
  if (too_small && planned > 0) {
    const unknown = { scene, value: null, note: TOO_SMALL };
    return [rate('closures_shut', unknown), rate('lip_sync_correlation', unknown)];
  }
  const note = measured < planned ? `${measured} of ${planned} closures looked at` : null;
  return [
    ...(measured === 0 ? [] : [rate('closures_shut', { scene, value: shut / measured, note })]),
    ...(correlation === null ? [] : [rate('lip_sync_correlation', { scene, value: correlation, note: thin })]),
    ...(teeth === null ? [] : [rate('teeth_to_eye_white', { scene, value: teeth, note: thin })]),
  ];
}

/** Shortest and longest time without a blink over the whole film, s. Only where every scene has planned ones, and no cutaway may hide one. */
function checkBlinks(scenes: readonly SceneMeasures[], { fps, duration_ms }: { fps: number; duration_ms: number }): QualityCheck[] {
  const inSight = ({ covered, blinks_planned, face_share }: SceneMeasures) =>
    !covered && blinks_planned > 0 && RULES.face_visible.passed(face_share);
  if (scenes.length === 0 || !scenes.every(inSight)) return [];
  const times = scenes.flatMap(({ blinks }) => blinks).map((frame) => frame / fps);
  const ends = [0, ...times, duration_ms / 1000];
  const gaps = ends.slice(1).map((time, at) => time - ends[at]!);
  const unknown = scenes.some(({ too_small }) => too_small);
  const add = (name: keyof typeof RULES, value: number): QualityCheck =>
    rate(name, { scene: null, value: unknown ? null : value, note: unknown ? TOO_SMALL : null });
  const between = gaps.slice(1, -1);
  const longest = add('blink_gap_longest_s', Math.max(...gaps));
  // A film with fewer than two blinks has no shortest time between them.
  return between.length === 0 && !unknown ? [longest] : [longest, add('blink_gap_shortest_s', Math.min(...between))];
}

interface Found {
  scene: number | null;
  value: number | null;
  note: string | null;
}

function rate(name: keyof typeof RULES, { scene, value: exact, note }: Found): QualityCheck {
  const { limit, passed, stage } = RULES[name];
  // What is judged is what is shown: 45 frames are 1.8 s, whatever is left behind their last digit.
  const value = exact === null ? null : round(exact);
  const check = { name, scene, value, limit, passed: value === null || passed(value), stage };
  return note === null ? check : { ...check, note };
}

function atLeast(least: number, stage: string): Rule {
  return { limit: `>= ${least}`, passed: (value) => value >= least, stage };
}

const round = (value: number): number => Math.round(value * 1000) / 1000;
