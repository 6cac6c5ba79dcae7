import type { SpeechTiming, Word } from '../../../contracts/media';

/** A word on which a speaker's head moves. */
export interface Emphasis {
  at_ms: number;
  /** 0..1 */
  weight: number;
}

/** Least time between two emphases; a head that nods at every word looks like a toy. */
const REST_MS = 900;

/** Words that carry weight: long in time and letters compared with the others, at most one in 0.9 s. */
export function findEmphases(timing: SpeechTiming): Emphasis[] {
  const weights = timing.words.map(wordWeight);
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / Math.max(1, weights.length);
  const found: Emphasis[] = [];
  timing.words.forEach((word, i) => {
    const weight = weights[i] ?? 0;
    const last = found.at(-1);
    if (weight < 1.25 * mean || (last && word.start_ms - last.at_ms < REST_MS)) return;
    found.push({ at_ms: word.start_ms, weight: Math.min(1, 0.45 + 0.25 * (weight / mean)) });
  });
  return found;
}

function wordWeight(word: Word): number {
  const letters = word.text.replace(/[^\p{L}\p{N}]/gu, '').length;
  const capital = /^\p{Lu}/u.test(word.text) || /\p{N}/u.test(word.text) ? 1.15 : 1;
  return (word.end_ms - word.start_ms) * (0.4 + Math.min(letters, 10) / 10) * capital;
}

/** Spans of the clip between sentences, the start and the end of the clip among them. */
export function findPauses(timing: SpeechTiming): { start_ms: number; end_ms: number }[] {
  const edges = [
    { start_ms: 0, end_ms: 0 },
    ...timing.sentences,
    { start_ms: timing.duration_ms, end_ms: timing.duration_ms },
  ];
  return edges.slice(1).map((next, i) => ({ start_ms: edges[i]?.end_ms ?? 0, end_ms: next.start_ms }));
}
