import type { PitchFrame } from '../dsp/pitch';

/** Which frames are speech, and how many once short gaps inside a phrase are counted in. */
export interface SpeechFrames {
  loud: boolean[];
  frames: number;
}

/** How far above the noise, as a share of the distance to the loud frames, speech begins. */
const THRESHOLD_SHARE = 0.35;
/** A digital silence would pull the threshold below breath and room noise. */
const LOWEST_NOISE_DB = -70;
/** Stops of consonants are this long at most; longer is a pause. */
const SHORT_GAP_FRAMES = 30;
/** How far the level falls between two syllables, and how near to the loudest they come. */
const DIP_DB = 2;
const NUCLEUS_RANGE_DB = 18;
const SMOOTHING = 2;

export function speechFrames(
  frames: readonly PitchFrame[],
  levels: { noise_db: number; speech_db: number },
): SpeechFrames {
  const noise = Math.max(LOWEST_NOISE_DB, levels.noise_db);
  const threshold = noise + THRESHOLD_SHARE * Math.max(0, levels.speech_db - noise);
  const loud = frames.map(({ level_db }) => level_db > threshold);
  let count = 0;
  let last = -1;
  loud.forEach((isLoud, at) => {
    if (!isLoud) return;
    count += last >= 0 && at - last <= SHORT_GAP_FRAMES ? at - last : 1;
    last = at;
  });
  return { loud, frames: count };
}

/**
 * Counts syllables as voiced peaks of the level with a dip of 2 dB between them (the method of de Jong and Wempe 2009).
 * Meant for comparing two readings, not as a true count.
 */
export function countSyllables(frames: readonly PitchFrame[], loud: readonly boolean[]): number {
  const levels = smooth(frames.map(({ level_db }) => level_db));
  const limit =
    (percentile(
      [...levels].sort((a, b) => a - b),
      0.95,
    ) ?? 0) - NUCLEUS_RANGE_DB;
  let count = 0;
  let lowest = levels[0] ?? 0;
  let highest = -Infinity;
  let voiced = false;
  levels.forEach((level, at) => {
    if (level > highest) highest = level;
    voiced ||= (frames[at]?.f0_hz ?? 0) > 0 && loud[at] === true;
    if (level > highest - DIP_DB) return;
    // Past a peak: it counts when it rose out of a dip.
    if (highest - lowest >= DIP_DB && highest > limit && voiced) count++;
    lowest = level;
    highest = level;
    voiced = false;
  });
  return count;
}

/** Value at a share of sorted numbers. */
export function percentile(sorted: readonly number[], share: number): number | undefined {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

function smooth(levels: readonly number[]): number[] {
  return levels.map((_, at) => {
    const near = levels.slice(Math.max(0, at - SMOOTHING), at + SMOOTHING + 1);
    return near.reduce((sum, level) => sum + level, 0) / near.length;
  });
}
