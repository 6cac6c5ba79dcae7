import type { SpeechTiming } from '../../../contracts/media';
import { between, createRandom } from '../random';
import { findPauses } from './emphasis';

/** People blink every two to six seconds while they speak. */
export const BLINK_GAP_MS = { least: 2_000, most: 6_000 } as const;

/** How far a pause may lie from the blink's own time and still attract it. */
const ATTRACTION_MS = 1_100;

/** One blink, frame by frame at 25 fps: lids fall in a twelfth of a second and rise more slowly. */
const BLINK_SHAPE = [0.45, 1, 0.95, 0.62, 0.3, 0.1] as const;

/** When blinks begin, in milliseconds; seeded, and rather at the ends of sentences than amid them. */
export function blinkTimes(timing: SpeechTiming, seed: number): number[] {
  const random = createRandom(`blink ${seed}`);
  const pauses = findPauses(timing)
    .map((pause) => pause.start_ms)
    .filter((at) => at > 0);
  const times: number[] = [];
  let last = between(random, -3_000, -800);
  for (;;) {
    const wanted = last + between(random, BLINK_GAP_MS.least + 300, BLINK_GAP_MS.most - 300);
    const allowed = pauses.filter((at) => at - last >= BLINK_GAP_MS.least && at - last <= BLINK_GAP_MS.most);
    const near = allowed
      .filter((at) => Math.abs(at - wanted) <= ATTRACTION_MS)
      .sort((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted));
    last = Math.round(near[0] ?? wanted);
    if (last >= timing.duration_ms - 120) return times;
    if (last >= 0) times.push(last);
  }
}

/** The blink channel, one value a frame. */
export function blinkTrack(
  timing: SpeechTiming,
  options: { fps: number; frames: number; seed: number },
): number[] {
  const track = new Array<number>(options.frames).fill(0);
  for (const at_ms of blinkTimes(timing, options.seed)) {
    const first = Math.round((at_ms * options.fps) / 1000);
    BLINK_SHAPE.forEach((value, i) => {
      const frame = first + i;
      if (frame < track.length) track[frame] = Math.max(track[frame] ?? 0, value);
    });
  }
  return track;
}
