import type { FaceTrack } from '../../../capabilities/lip-sync';
import { holdsFrame, type FrameSpan } from '../../render/frame-span';

/** A scene of a finished film with what is known about its face. */
export interface WatchedScene {
  scene: number;
  /** First frame in the film, and how many there are. */
  first: number;
  frames: number;
  /** What the face was meant to do; null where a provider moved it. */
  track: FaceTrack | null;
  /** Where a cutaway lies over the face or fades. Nothing is looked at there. */
  hidden: readonly FrameSpan[];
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

/**
 * Five looks a second say how mouth and plan go together: an open mouth lasts as long as that. With half as many, one
 * rounded vowel among the few looks of a short scene moves the correlation by 0.1.
 */
const SAMPLE_EVERY = 5;
/** Looks that a film gets; a longer one is looked at more thinly, so that the check stays cheap. */
const ENOUGH = 240;
/** But so many closures and samples are looked at in every scene, or one of them would decide what is said of it. */
const LEAST_CLOSURES = 6;
const LEAST_SAMPLES = 12;
/** The channel from which the plan means shut lips: in a closure, or in a pause. */
export const SHUT_CLOSE = 0.95;
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
  const all = scenes.map(looksOf);
  const kept = sharesKept(all.flat());
  const looks = all.flatMap((own) => thinOut(own, kept));
  const wanted = new Map(scenes.map(({ scene }, at) => [scene, all[at]?.length ?? 0]));
  return { looks: looks.sort((a, b) => a.frame - b.frame), wanted };
}

/** Shares of looks that stay. */
interface Kept {
  closure: number;
  sample: number;
}

/** What blinks leave goes to samples by half, and to closures; what one of them does not need, the other gets. */
function sharesKept(looks: readonly Look[]): Kept {
  const count = (wanted: Look['purpose']): number => looks.filter(({ purpose }) => purpose === wanted).length;
  const [closures, samples] = [count('closure'), count('sample')];
  const left = Math.max(0, ENOUGH - count('blink'));
  const sampled = Math.min(samples, Math.max(left / 2, left - closures));
  const share = (part: number, whole: number): number => Math.min(1, part / Math.max(1, whole));
  return { closure: share(left - sampled, closures), sample: share(sampled, samples) };
}

function thinOut(looks: readonly Look[], kept: Kept): Look[] {
  const closures = [...new Set(looks.map(({ closure }) => closure).filter((at) => at !== null))];
  const watched = new Set(spread(closures, { share: kept.closure, least: LEAST_CLOSURES }));
  const samples = looks.filter(({ purpose }) => purpose === 'sample');
  const others = looks.filter(({ purpose, closure }) => purpose === 'blink' || (closure !== null && watched.has(closure)));
  return [...others, ...spread(samples, { share: kept.sample, least: LEAST_SAMPLES })];
}

/** A share of a list, evenly from all of it. */
function spread<Item>(items: readonly Item[], { share, least }: { share: number; least: number }): Item[] {
  const count = Math.min(items.length, Math.max(least, Math.floor(items.length * share)));
  return items.filter((_, at) => Math.floor(((at + 1) * count) / items.length) > Math.floor((at * count) / items.length));
}

function looksOf(watched: WatchedScene): Look[] {
  const { scene, first, frames } = watched;
  const taken = new Map<number, Look>();
  const take = (frame: number, purpose: Look['purpose'], closure: number | null = null): void => {
    if (frame < frames && !taken.has(frame)) taken.set(frame, { frame: first + frame, scene, purpose, closure });
  };
  const closures = closuresOf(watched);
  // The two middle frames of a closure: held means both.
  closures.forEach(({ from, to }, at) => {
    const middle = Math.floor((from + to - 1) / 2);
    take(middle, 'closure', at);
    take(middle + 1, 'closure', at);
  });
  // Words without p, b and m shut no lips to compare others with; the ends of the scene do.
  if (closures.length === 0) for (const frame of endsOfRest(watched)) take(frame, 'sample');
  for (const peak of blinkPeaks(watched)) take(peak, 'blink');
  for (let from = 0; from + SAMPLE_EVERY <= frames; from += SAMPLE_EVERY) {
    const widest = widestOf(watched, from);
    if (widest !== null) take(widest, 'sample');
  }
  return [...taken.values()];
}

/** Of the frames that one sample stands for, that in which the mouth is widest open: there teeth and lips tell most. */
function widestOf(watched: WatchedScene, from: number): number | null {
  const jaw = (frame: number): number => watched.track?.channels.jaw[frame] ?? 0;
  const inSight = Array.from({ length: SAMPLE_EVERY }, (_, i) => from + i).filter((frame) => isInSight(watched, frame));
  const widest = Math.max(0, ...inSight.map(jaw));
  const among = widest > 0 ? inSight.filter((frame) => jaw(frame) === widest) : inSight.slice(Math.floor(inSight.length / 2));
  return among[0] ?? null;
}

/** The first and the last frame, in sight, whose lips the plan wants shut. */
function endsOfRest(watched: WatchedScene): number[] {
  const close = watched.track?.channels.close.slice(0, watched.frames) ?? [];
  const shut = close.flatMap((value, frame) => (value >= SHUT_CLOSE && isInSight(watched, frame) ? [frame] : []));
  return shut.length === 0 ? [] : [shut[0]!, shut.at(-1)!];
}

/** The closures that begin and end in sight. */
export function closuresOf(watched: WatchedScene): FaceTrack['closures'] {
  const { track, frames } = watched;
  return (track?.closures ?? []).filter(({ from, to }) => to < frames && isInSight(watched, from) && isInSight(watched, to));
}

/** Frames of a scene, in sight, at which a blink's lids are lowest. */
export function blinkPeaks(watched: WatchedScene): number[] {
  const blink = watched.track?.channels.blink.slice(0, watched.frames) ?? [];
  return blink.flatMap((value, frame) => {
    const rises = value >= SHUT && value > (blink[frame - 1] ?? 0);
    return rises && value >= (blink[frame + 1] ?? 0) && isInSight(watched, frame) ? [frame] : [];
  });
}

function isInSight({ hidden }: WatchedScene, frame: number): boolean {
  return !hidden.some((span) => holdsFrame(span, frame));
}
