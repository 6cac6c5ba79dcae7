import type { SpeechTiming } from '../../../contracts/media';
import { between, createRandom } from '../random';
import { findPauses } from './emphasis';

/** People blink every two to six seconds while they speak. */
export const BLINK_GAP_MS = { least: 2_000, most: 6_000 } as const;

/** How far a pause may lie from the blink's own time and still attract it. */
const ATTRACTION_MS = 1_100;
/**
 * A scene's first and last blink keep this far from its start and its end: gaps that span two scenes stay between least
 * and most as well, whatever the scenes' seeds are.
 */
const FIRST_MS = { least: 1_200, most: 2_000 } as const;
const END_MS = { least: 1_200, most: 4_000 } as const;
/** A scene without room for both has one blink at most, in its middle; shorter than this, it has none. */
const SHORTEST_MS = 1_280;

/** One blink, frame by frame at 25 fps: lids fall in a twelfth of a second and rise more slowly. */
const BLINK_SHAPE = [0.45, 1, 0.95, 0.62, 0.3, 0.1] as const;

/** A scene as blinks see it: its number keeps those of short scenes apart. */
export interface BlinkScene {
  timing: SpeechTiming;
  scene: number;
  seed: number;
}

/** When blinks begin, in milliseconds; seeded, and rather at the ends of sentences than amid them. */
export function blinkTimes({ timing, scene, seed }: BlinkScene): number[] {
  if (timing.duration_ms < FIRST_MS.least + END_MS.least) return shortSceneBlinks(timing.duration_ms, scene);
  const random = createRandom(`blink ${seed}`);
  const pauses = findPauses(timing).map((pause) => pause.start_ms);
  const latest = timing.duration_ms - END_MS.least;
  const first = between(random, FIRST_MS.least, FIRST_MS.most);
  const times = [Math.round(Math.min(first, timing.duration_ms / 2))];
  for (let last = times[0]!; timing.duration_ms - last > END_MS.most; last = times.at(-1)!) {
    const span = { from: last + BLINK_GAP_MS.least, to: Math.min(last + BLINK_GAP_MS.most, latest) };
    const wanted = between(random, span.from, Math.min(span.to, last + BLINK_GAP_MS.most - 300));
    const near = pauses
      .filter((at) => at >= span.from && at <= span.to && Math.abs(at - wanted) <= ATTRACTION_MS)
      .sort((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted));
    times.push(Math.round(near[0] ?? wanted));
  }
  return times;
}

/** Every second short scene blinks: two of them in a row would blink too soon after each other. */
function shortSceneBlinks(duration_ms: number, scene: number): number[] {
  return duration_ms >= SHORTEST_MS && scene % 2 === 0 ? [Math.round(duration_ms / 2)] : [];
}

/** The blink channel, one value a frame. */
export function blinkTrack(scene: BlinkScene, { fps, frames }: { fps: number; frames: number }): number[] {
  const track = new Array<number>(frames).fill(0);
  for (const at_ms of blinkTimes(scene)) {
    const first = Math.round((at_ms * fps) / 1000);
    BLINK_SHAPE.forEach((value, i) => {
      const frame = first + i;
      if (frame < track.length) track[frame] = Math.max(track[frame] ?? 0, value);
    });
  }
  return track;
}
