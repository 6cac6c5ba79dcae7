import { meanWindow, windowDistance } from './face-windows';
import { blinkPeaks, type WatchedScene } from './plan-looks';
import type { Seen } from './watch-film';

/** A scene in numbers; null where there was nothing to measure. */
export interface SceneMeasures {
  scene: number;
  covered: boolean;
  /** Looks, and the share of them that showed a face. */
  looks: number;
  face_share: number;
  /** Luma of the darkest frame looked at. */
  darkest: number;
  /** Share of the closures (p, b, m) in which both looks found the lips shut. */
  closures_shut: number | null;
  /** Correlation of the mouth's opening with the jaw of the plan. */
  correlation: number | null;
  /** Film frames of blinks that were seen as such, and how many were planned. */
  blinks: number[];
  blinks_planned: number;
  /** Largest distance to the neutral picture. */
  distance: number | null;
}

/** Lips nearer than this, in interocular distances, count as shut: three millimetres, the noise of the landmarks. */
const SHUT_GAP = 0.05;
/** A mouth is shut as well when it is nearer to the shut ones than this share of what an open one is away. */
const SHUT_SHARE = 0.6;
/** And whatever open ones are, a mouth this like the shut ones is shut: the noise of coding and sampling. */
const SHUT_AWAY = 0.03;
/** Jaw from which a mouth is open enough to compare with. */
const OPEN_JAW = 0.2;
/** Fewer looks than this make no correlation. */
const LEAST_LOOKS = 8;
/** Shut eyes differ from open ones this many times as much as open ones among each other. */
const BLINK_CONTRAST = 1.8;

/** Measures what was seen of a scene against its plan: landmarks say which frames show shut lips, pictures how like those others are. */
export function measureScene(scene: WatchedScene, seen: readonly Seen[]): SceneMeasures {
  const faces = seen.filter((look): look is SeenFace => look.face !== null);
  const distances = seen.flatMap(({ distance }) => (distance === null ? [] : [distance]));
  return {
    scene: scene.scene,
    covered: scene.covered,
    looks: seen.length,
    face_share: faces.length / Math.max(1, seen.length),
    darkest: Math.min(255, ...seen.map(({ brightness }) => brightness)),
    ...measureMouth(scene, faces),
    ...measureBlinks(scene, faces),
    distance: distances.length === 0 ? null : Math.max(...distances),
  };
}

type SeenFace = Seen & { face: NonNullable<Seen['face']> };

function measureMouth({ first, track }: WatchedScene, faces: readonly SeenFace[]) {
  const nothing = { closures_shut: null, correlation: null };
  if (!track) return nothing;
  const closures = faces.filter(({ purpose }) => purpose === 'closure');
  const certain = closures.filter(({ face }) => face.gap <= SHUT_GAP);
  if (closures.length === 0) return nothing;
  // Without certain closures there is nothing to compare with, and they are not shut.
  if (certain.length < closures.length / 3) return { closures_shut: 0, correlation: null };
  const shut = meanWindow(certain.map(({ face }) => face.mouth));
  const away = (look: SeenFace): number => windowDistance(look.face.mouth, shut);
  const jaw = (look: SeenFace): number => track.channels.jaw[look.frame - first] ?? 0;
  const open = median(faces.filter((look) => jaw(look) >= OPEN_JAW).map(away));
  const isShut = (look: SeenFace): boolean => look.face.gap <= SHUT_GAP || away(look) <= Math.max(SHUT_AWAY, SHUT_SHARE * (open ?? 0));
  const open_closures = new Set(closures.filter((look) => !isShut(look)).map(({ closure }) => closure));
  const all = new Set(closures.map(({ closure }) => closure));
  return {
    closures_shut: 1 - open_closures.size / all.size,
    correlation: follows(faces.map(jaw), [faces.map(away), faces.map(({ face }) => face.gap)]),
  };
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

function measureBlinks({ first, track, frames }: WatchedScene, faces: readonly SeenFace[]) {
  const planned = track ? blinkPeaks(track.channels.blink.slice(0, frames)).length : 0;
  const open = faces.filter(({ frame, purpose }) => purpose !== 'blink' && (track?.channels.blink[frame - first] ?? 0) === 0);
  if (open.length < 3) return { blinks: [], blinks_planned: planned };
  const usual = meanWindow(open.map(({ face }) => face.eyes));
  const away = ({ face }: SeenFace): number => windowDistance(face.eyes, usual);
  const ordinary = median(open.map(away)) ?? 0;
  const blinks = faces.filter((look) => look.purpose === 'blink' && away(look) >= BLINK_CONTRAST * ordinary);
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
