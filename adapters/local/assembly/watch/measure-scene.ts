import { meanWindow, windowDistance, type FaceWindows } from './face-windows';
import { blinkPeaks, closuresOf, SHUT_CLOSE, type WatchedScene } from './plan-looks';
import type { Seen } from './watch-film';

/** A scene in numbers; null where there was nothing to measure. */
export interface SceneMeasures {
  scene: number;
  /** A cutaway hides the face for a while. */
  covered: boolean;
  /** Looks, how many there would have been in a short film, and the share of them that showed a face. */
  looks: number;
  looks_wanted: number;
  face_share: number;
  /** The eyes are so near to each other in the picture that a pixel is more than what lips and lids do. */
  too_small: boolean;
  /** Luma of the darkest frame looked at. */
  darkest: number;
  /** Closures (p, b, m) of the plan, those that a face was seen in that is large enough to measure its lips, and those found shut in both looks. */
  closures: { planned: number; measured: number; shut: number };
  /** Correlation of the mouth's opening with the jaw of the plan. */
  correlation: number | null;
  /** Brightness of teeth over that of the eyes' white, in the middle of what was seen; null for faces that others moved. */
  teeth: number | null;
  /** Film frames of blinks that were seen as such, and how many were planned. */
  blinks: number[];
  blinks_planned: number;
  /** Largest distance to the neutral picture. */
  distance: number | null;
}

/** Lips nearer than this, in interocular distances, count as shut: three millimetres, the noise of the landmarks. */
const SHUT_GAP = 0.05;
/** Landmarks are no better than this many pixels of the picture, which is much of a gap in a small face. */
const PIXEL_DOUBT = 0.5;
/** Eyes nearer than this, in pixels, and a pixel is more than the gap: nothing can be said about lips. */
const LEAST_INTEROCULAR = 1 / SHUT_GAP;
/** In a small face the landmarks leave a gap between shut lips: a gap this much of an open mouth's is none. */
const NARROW_SHARE = 0.4;
/** From here on in the blink channel the lids that come down disturb the landmarks of the lips as well. */
const LIDS_DOWN = 0.5;
/** A mouth is shut as well when it is nearer to the shut ones than this share of what an open one is away. */
const SHUT_SHARE = 0.6;
/** And whatever open ones are, a mouth this like the shut ones is shut: the noise of coding and sampling. */
const SHUT_AWAY = 0.03;
/** Jaw from which a mouth is open enough to compare with. */
const OPEN_JAW = 0.2;
/** Fewer looks than this make no correlation. */
const LEAST_LOOKS = 8;
/** And fewer than this do not say how bright teeth are. */
const LEAST_TEETH = 3;
/** Shut eyes differ from open ones this many times as much as open ones among each other. */
const BLINK_CONTRAST = 1.8;

/** Measures what was seen of a scene against its plan: landmarks say which frames show shut lips, pictures how like those others are. */
export function measureScene(scene: WatchedScene, seen: readonly Seen[]): Omit<SceneMeasures, 'looks_wanted'> {
  const faces = seen.filter((look): look is SeenFace => look.face !== null);
  const distances = seen.flatMap(({ distance }) => (distance === null ? [] : [distance]));
  return {
    scene: scene.scene,
    covered: scene.hidden.length > 0,
    looks: seen.length,
    face_share: faces.length / Math.max(1, seen.length),
    too_small: faces.length > 0 && faces.filter(isLarge).length < faces.length / 2,
    darkest: Math.min(255, ...seen.map(({ brightness }) => brightness)),
    ...measureMouth(scene, faces),
    teeth: measureTeeth(scene, faces),
    ...measureBlinks(scene, faces),
    distance: distances.length === 0 ? null : Math.max(...distances),
  };
}

type SeenFace = Seen & { face: NonNullable<Seen['face']> };

function measureMouth(scene: WatchedScene, faces: readonly SeenFace[]): Pick<SceneMeasures, 'closures' | 'correlation'> {
  const planned = closuresOf(scene).length;
  const large = faces.filter((look) => isLarge(look) && planOf(scene, 'blink', look) < LIDS_DOWN);
  const looks = large.filter(({ purpose }) => purpose === 'closure');
  const measured = new Set(looks.map(({ closure }) => closure)).size;
  const jaw = (look: SeenFace): number => planOf(scene, 'jaw', look);
  const opened = large.filter((look) => jaw(look) >= OPEN_JAW);
  const narrow = NARROW_SHARE * (median(opened.map(({ face }) => face.gap)) ?? 0);
  const isNarrow = ({ face }: SeenFace): boolean => looksShut(face) || face.gap <= narrow;
  const certain = large.filter((look) => planOf(scene, 'close', look) >= SHUT_CLOSE && isNarrow(look));
  // Without lips that are certainly shut there is nothing to compare with, and none are.
  if (certain.length === 0) return { closures: { planned, measured, shut: 0 }, correlation: null };
  const shut = meanWindow(certain.map(({ face }) => face.mouth));
  const away = ({ face }: SeenFace): number => windowDistance(face.mouth, shut);
  const open = median(opened.map(away)) ?? 0;
  const isShut = (look: SeenFace): boolean => isNarrow(look) || away(look) <= Math.max(SHUT_AWAY, SHUT_SHARE * open);
  const gaping = new Set(looks.filter((look) => !isShut(look)).map(({ closure }) => closure)).size;
  const correlation = follows(large.map(jaw), [large.map(away), large.map(({ face }) => face.gap)]);
  return { closures: { planned, measured, shut: measured - gaping }, correlation };
}

/** What the plan wants of a channel in a frame; 0 where others moved the face. */
function planOf({ track, first }: WatchedScene, channel: 'jaw' | 'close' | 'blink', { frame }: SeenFace): number {
  return track?.channels[channel][frame - first] ?? 0;
}

function isLarge({ face }: SeenFace): boolean {
  return face.interocular >= LEAST_INTEROCULAR;
}

/** Shut by the landmarks alone. */
function looksShut({ gap, interocular }: FaceWindows): boolean {
  return gap <= SHUT_GAP + PIXEL_DOUBT / interocular;
}

/**
 * How well the best of several instruments follows the plan. Each is blind to something: landmarks to lips without colour,
 * pictures to a mouth among deep wrinkles that move along. A mouth out of step is followed by none.
 */
function follows(plan: readonly number[], instruments: readonly (readonly number[])[]): number | null {
  if (plan.length < LEAST_LOOKS) return null;
  const found = instruments.map((values) => correlate(plan, values)).filter((value) => value !== null);
  return found.length === 0 ? null : Math.max(...found);
}

/** Only where the plan opens the mouth: what landmarks take for the gap of a shut one is lips, which may well be bright. */
function measureTeeth(scene: WatchedScene, faces: readonly SeenFace[]): number | null {
  const open = faces.filter((look) => isLarge(look) && look.purpose !== 'blink' && planOf(scene, 'jaw', look) >= OPEN_JAW);
  const seen = open.flatMap(({ face }) => (face.teeth === null ? [] : [face.teeth]));
  return seen.length < LEAST_TEETH ? null : median(seen);
}

function measureBlinks(scene: WatchedScene, faces: readonly SeenFace[]) {
  const peaks = new Set(blinkPeaks(scene).map((frame) => scene.first + frame));
  const planned = peaks.size;
  const open = faces.filter((look) => planOf(scene, 'blink', look) === 0);
  if (open.length < 3) return { blinks: [], blinks_planned: planned };
  const usual = meanWindow(open.map(({ face }) => face.eyes));
  const away = ({ face }: SeenFace): number => windowDistance(face.eyes, usual);
  const ordinary = median(open.map(away)) ?? 0;
  // One that falls into a closure was looked at for the lips, and counts as well.
  const blinks = faces.filter((look) => peaks.has(look.frame) && away(look) >= BLINK_CONTRAST * ordinary);
  return { blinks: blinks.map(({ frame }) => frame), blinks_planned: planned };
}

function median(values: readonly number[]): number | null {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? null;
}

/** Pearson's correlation; null when one of the two does not vary. */
export function correlate(a: readonly number[], b: readonly number[]): number | null {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [both, squaresA, squaresB] = [0, 0, 0];
  a.forEach((value, i) => {
    const [x, y] = [value - meanA, (b[i] ?? 0) - meanB];
    both += x * y;
    squaresA += x * x;
    squaresB += y * y;
  });
  const scale = Math.sqrt(squaresA * squaresB);
  return scale > 0 ? both / scale : null;
}
