import type { FaceTrack } from '../../../capabilities/lip-sync';

/** A scene of a finished film with what is known about its face. */
export interface WatchedScene {
  scene: number;
  /** First frame in the film, and how many there are. */
  first: number;
  frames: number;
  /** What the face was meant to do; null where a provider moved it. */
  track: FaceTrack | null;
  /** Something else than the face may fill the picture for a while. */
  covered: boolean;
}

/** A frame to look at: because the lips must be shut, because the eyes must, or to see what the face does otherwise. */
export interface Look {
  /** In the film. */
  frame: number;
  scene: number;
  purpose: 'closure' | 'blink' | 'sample';
  /** The closure that it belongs to, counted in its scene. */
  closure: number | null;
}

/** Two and a half looks a second say how mouth and plan go together. */
const SAMPLE_EVERY = 10;
/** Looks that a film gets; a longer one is looked at more thinly, so that the check stays cheap. */
const ENOUGH = 240;
/** But so many closures and as many samples are looked at in every scene, or nothing could be said of it. */
const LEAST_A_SCENE = 6;
/** From here on the blink channel means shut eyes. */
const SHUT = 0.9;

/** The looks at a film, and how many there would be without a limit, by scene. */
export interface LookPlan {
  /** In the order of the film; at most one a frame. */
  looks: Look[];
  wanted: Map<number, number>;
}

/**
 * Which frames of a film to look at. In a long film some closures and samples are left out, evenly, a closure with both
 * of its looks; a blink never, as one that was not looked at would count as missing.
 */
export function planLooks(scenes: readonly WatchedScene[]): LookPlan {
  const all = scenes.flatMap(looksOf);
  const blinks = all.filter(({ purpose }) => purpose === 'blink').length;
  const keep = Math.min(1, Math.max(0, ENOUGH - blinks) / Math.max(1, all.length - blinks));
  const looks = scenes.flatMap((scene) => thinOut(looksOf(scene), keep));
  const wanted = new Map(scenes.map(({ scene }) => [scene, all.filter((look) => look.scene === scene).length]));
  return { looks: looks.sort((a, b) => a.frame - b.frame), wanted };
}

function thinOut(looks: readonly Look[], keep: number): Look[] {
  const closures = new Set(spread([...new Set(looks.map(({ closure }) => closure).filter((at) => at !== null))], keep));
  const samples = spread(looks.filter(({ purpose }) => purpose === 'sample'), keep);
  const others = looks.filter(({ purpose, closure }) => purpose === 'blink' || (closure !== null && closures.has(closure)));
  return [...others, ...samples];
}

/** A share of a list, evenly from all of it. */
function spread<Item>(items: readonly Item[], keep: number): Item[] {
  const count = Math.min(items.length, Math.max(LEAST_A_SCENE, Math.floor(items.length * keep)));
  return items.filter((_, at) => Math.floor(((at + 1) * count) / items.length) > Math.floor((at * count) / items.length));
}

function looksOf({ scene, first, frames, track }: WatchedScene): Look[] {
  const taken = new Map<number, Look>();
  const take = (frame: number, purpose: Look['purpose'], closure: number | null = null): void => {
    if (frame >= 0 && frame < frames && !taken.has(frame)) taken.set(frame, { frame: first + frame, scene, purpose, closure });
  };
  // The two middle frames of a closure: held means both.
  closuresOf({ track, frames }).forEach(({ from, to }, at) => {
    const middle = Math.floor((from + to - 1) / 2);
    take(middle, 'closure', at);
    take(middle + 1, 'closure', at);
  });
  for (const peak of track ? blinkPeaks(track.channels.blink) : []) take(peak, 'blink');
  for (let frame = SAMPLE_EVERY / 2; frame < frames; frame += SAMPLE_EVERY) take(frame, 'sample');
  return [...taken.values()];
}

/** The closures that end within the scene. */
export function closuresOf({ track, frames }: Pick<WatchedScene, 'track' | 'frames'>): FaceTrack['closures'] {
  return (track?.closures ?? []).filter(({ to }) => to < frames);
}

/** Frames at which a blink's lids are lowest. */
export function blinkPeaks(blink: readonly number[]): number[] {
  return blink.flatMap((value, frame) => {
    const rises = value >= SHUT && value > (blink[frame - 1] ?? 0);
    return rises && value >= (blink[frame + 1] ?? 0) ? [frame] : [];
  });
}
