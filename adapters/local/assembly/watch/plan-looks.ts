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
/** Looks that a film gets at most; a longer one is looked at more thinly, so that the check stays cheap. */
const MOST = 600;
/** From here on the blink channel means shut eyes. */
const SHUT = 0.9;

/** Which frames of a film to look at, in order. At most one look a frame. */
export function planLooks(scenes: readonly WatchedScene[]): Look[] {
  const all = scenes.flatMap(looksOf);
  const keep = Math.min(1, MOST / Math.max(1, all.length));
  const kept = all.filter((_, at) => Math.floor((at + 1) * keep) > Math.floor(at * keep));
  return kept.sort((a, b) => a.frame - b.frame);
}

function looksOf({ scene, first, frames, track }: WatchedScene): Look[] {
  const taken = new Map<number, Look>();
  const take = (frame: number, purpose: Look['purpose'], closure: number | null = null): void => {
    if (frame >= 0 && frame < frames && !taken.has(frame)) taken.set(frame, { frame: first + frame, scene, purpose, closure });
  };
  const cut = track && { ...track, closures: track.closures.filter(({ to }) => to < frames) };
  // The two middle frames of a closure: held means both.
  cut?.closures.forEach(({ from, to }, at) => {
    const middle = Math.floor((from + to - 1) / 2);
    take(middle, 'closure', at);
    take(middle + 1, 'closure', at);
  });
  for (const peak of cut ? blinkPeaks(cut.channels.blink) : []) take(peak, 'blink');
  for (let frame = SAMPLE_EVERY / 2; frame < frames; frame += SAMPLE_EVERY) take(frame, 'sample');
  return [...taken.values()];
}

/** Frames at which a blink's lids are lowest. */
export function blinkPeaks(blink: readonly number[]): number[] {
  return blink.flatMap((value, frame) => {
    const rises = value >= SHUT && value > (blink[frame - 1] ?? 0);
    return rises && value >= (blink[frame + 1] ?? 0) ? [frame] : [];
  });
}
