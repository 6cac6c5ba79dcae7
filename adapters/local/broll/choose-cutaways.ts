import type { SpeechTiming, Word } from '../../../contracts/media';
import { FRAME_MS } from '../../../contracts/vocabulary';
import { findPhrase } from '../plan/prompts';

/** When a cutaway is shown, in scene time, and what it says. */
export interface CutawayPlan {
  start_ms: number;
  end_ms: number;
  title: string;
}

/** Shorter ones cannot be read, longer ones make viewers miss the speaker. */
const SHORTEST_MS = 1_600;
const LONGEST_MS = 4_000;
const AFTER_PHRASE_MS = 900;
/** The speaker opens and closes the scene. */
const LEAD_MS = 700;
const CLOSE_MS = 400;
/** From this length on there is room for two. */
const TWO_FROM_MS = 12_000;
const APART_MS = 1_500;

/**
 * One cutaway in a scene, two in a long one. Each begins with the first word of the phrase that carries its sentence
 * and ends with a word, so that a cut never falls into one; times are whole frames. The phrase that the storyboard names
 * (`prompt`) comes first: it is what a reviewer has seen.
 */
export function chooseCutaways(timing: SpeechTiming, duration_ms: number, prompt: string | null = null): CutawayPlan[] {
  const wanted = duration_ms >= TWO_FROM_MS ? 2 : 1;
  const plans = sentencesOf(timing)
    .map((sentence) => planCutaway(sentence, { words: timing.words, duration_ms, prompt }))
    .filter((plan) => plan !== null)
    .sort((a, b) => weight(b, prompt) - weight(a, prompt));
  const chosen: CutawayPlan[] = [];
  for (const plan of plans) {
    const free = chosen.every(
      (other) => plan.start_ms >= other.end_ms + APART_MS || plan.end_ms + APART_MS <= other.start_ms,
    );
    if (free && chosen.length < wanted) chosen.push(plan);
  }
  return chosen.sort((a, b) => a.start_ms - b.start_ms);
}

interface Sentence {
  start_ms: number;
  end_ms: number;
}

function sentencesOf(timing: SpeechTiming): Sentence[] {
  return timing.sentences.length > 0 ? timing.sentences : [{ start_ms: 0, end_ms: timing.duration_ms }];
}

interface Wish {
  words: Word[];
  duration_ms: number;
  prompt: string | null;
}

function planCutaway(sentence: Sentence, { words: all, duration_ms, prompt }: Wish): CutawayPlan | null {
  const words = all.filter(
    (word) => word.start_ms >= sentence.start_ms - 20 && word.start_ms < sentence.end_ms,
  );
  const title = prompt && find(prompt, words) >= 0 ? prompt : findPhrase(words.map((word) => word.text).join(' '));
  if (title === '') return null;
  const { first, last } = locate(title, words);
  const starts = words.slice(0, first + 1).filter((word) => word.start_ms >= LEAD_MS);
  const start = starts.at(-1) ?? all.find((word) => word.start_ms >= LEAD_MS);
  if (!start) return null;
  const latest = Math.min(start.start_ms + LONGEST_MS, duration_ms - CLOSE_MS);
  const aim = Math.max((words[last]?.end_ms ?? start.end_ms) + AFTER_PHRASE_MS, start.start_ms + SHORTEST_MS);
  const ends = all.map((word) => word.end_ms).filter((end) => end > start.start_ms && end <= latest);
  const end = ends.reduce<number | null>(
    (best, candidate) =>
      best === null || Math.abs(candidate - aim) < Math.abs(best - aim) ? candidate : best,
    null,
  );
  if (end === null || end - start.start_ms < SHORTEST_MS) return null;
  return {
    start_ms: toFrame(start.start_ms),
    end_ms: toFrame(end),
    title: title.charAt(0).toUpperCase() + title.slice(1),
  };
}

/** Positions of a phrase's words in its sentence; the phrase is a run of them. */
function locate(phrase: string, words: Word[]): { first: number; last: number } {
  const first = find(phrase, words);
  return first < 0 ? { first: 0, last: words.length - 1 } : { first, last: first + phrase.split(' ').length - 1 };
}

function find(phrase: string, words: Word[]): number {
  const size = phrase.split(' ').length;
  const plain = (text: string) => text.replace(/[^\p{L}\p{N}]/gu, '').toLowerCase();
  return words.findIndex(
    (_, at) =>
      plain(
        words
          .slice(at, at + size)
          .map((word) => word.text)
          .join(''),
      ) === plain(phrase),
  );
}

/** What the storyboard names first, then figures, then more words; an earlier one wins a tie because sorting is stable. */
function weight({ title }: CutawayPlan, prompt: string | null): number {
  const named = title.toLowerCase() === prompt?.toLowerCase();
  return (named ? 20 : 0) + (/\d/.test(title) ? 10 : 0) + Math.min(5, title.split(' ').length);
}

const toFrame = (time_ms: number): number => Math.round(time_ms / FRAME_MS) * FRAME_MS;
