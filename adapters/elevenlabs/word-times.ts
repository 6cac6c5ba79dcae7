import { z } from 'zod';
import type { Word } from '../../contracts/media';
import type { WordToSpeak } from '../script/spoken-text';

export const CHARACTER_TIMES = z.object({
  characters: z.array(z.string()),
  character_start_times_seconds: z.array(z.number()),
  character_end_times_seconds: z.array(z.number()),
});
/** When each character of the text that was sent is heard. */
export type CharacterTimes = z.infer<typeof CHARACTER_TIMES>;

/** A stretch of text between blanks: when it starts and ends, in milliseconds. */
export type Stretch = [start_ms: number, end_ms: number];

/**
 * Times of words from those of the stretches between blanks. A word that was respelled as several takes as many of them.
 * Null when there are more or fewer than the words have.
 */
export function wordTimes(stretches: readonly Stretch[], words: readonly WordToSpeak[]): Word[] | null {
  const counts = words.map(({ said }) => said.split(/\s+/).length);
  if (counts.reduce((sum, count) => sum + count, 0) !== stretches.length) return null;
  let from = 0;
  return words.map(({ shown }, at) => {
    const own = stretches.slice(from, (from += counts[at] ?? 1));
    return { text: shown, start_ms: own[0]?.[0] ?? 0, end_ms: own.at(-1)?.[1] ?? 0 };
  });
}

/** Joins the times of characters to those of stretches, which are few enough to be kept. */
export function stretchesOf(times: CharacterTimes): Stretch[] {
  const stretches: Stretch[] = [];
  let open: Stretch | null = null;
  times.characters.forEach((character, at) => {
    const end = toMs(times.character_end_times_seconds[at]);
    if (character.trim() === '') open = null;
    else if (open) open[1] = end;
    else stretches.push((open = [toMs(times.character_start_times_seconds[at]), end]));
  });
  return stretches;
}

function toMs(seconds: number | undefined): number {
  return Math.round((seconds ?? 0) * 1000);
}
