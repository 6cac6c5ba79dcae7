import type { Word } from '../../../contracts/media';

/** One caption: at most two lines of 42 characters, at most six seconds (the limits of BBC and Netflix guides). */
export interface Cue {
  start_ms: number;
  end_ms: number;
  lines: string[];
}

/** Words of one scene in film time, and where its sentences end. */
export interface SpokenScene {
  end_ms: number;
  words: Word[];
  /** In film time; without any, punctuation decides. */
  sentence_ends_ms: number[];
}

export const LINE_LENGTH = 42;
export const MAX_CUE_MS = 6_000;
const MAX_GAP_MS = 500;
const HOLD_MS = 250;
/** Shorter than this and the eye does not get there. */
const COMFORTABLE_MS = 1_000;

/**
 * Captions of a film, in order and without overlap. A new one begins with a scene, a sentence or a pause of half a
 * second; a longer sentence is cut where reading is least disturbed (after a comma, into parts of like length). Each
 * stays a quarter of a second after its last word, unless the next one or the scene's end comes first.
 */
export function buildCues(scenes: SpokenScene[]): Cue[] {
  const cues = scenes.flatMap((scene) =>
    splitRuns(scene)
      .flatMap(cutRun)
      .map((words) => toCue(words, scene.end_ms)),
  );
  return cues
    .map((cue, at) => holdCue(cue, cues[at + 1]?.start_ms ?? Infinity))
    .filter((cue) => cue.end_ms > cue.start_ms);
}

interface OpenCue extends Cue {
  scene_end_ms: number;
}

function toCue(words: Word[], scene_end_ms: number): OpenCue {
  const lines = breakLines(words.map((word) => word.text).join(' '));
  return { start_ms: words[0]!.start_ms, end_ms: words.at(-1)!.end_ms, lines, scene_end_ms };
}

function holdCue(cue: OpenCue, next_ms: number): Cue {
  const end = Math.min(cue.end_ms + HOLD_MS, cue.scene_end_ms, next_ms, cue.start_ms + MAX_CUE_MS);
  return { start_ms: cue.start_ms, end_ms: end, lines: cue.lines };
}

/** Words between scene starts, sentence ends and pauses. */
function splitRuns(scene: SpokenScene): Word[][] {
  const runs: Word[][] = [];
  let open: Word[] = [];
  const words = prepareWords(scene);
  words.forEach((word, at) => {
    open.push(word);
    const next = words[at + 1];
    if (next && !endsSentence(word, next, scene) && next.start_ms - word.end_ms <= MAX_GAP_MS) return;
    runs.push(open);
    open = [];
  });
  return runs;
}

function endsSentence(word: Word, next: Word, scene: SpokenScene): boolean {
  if (scene.sentence_ends_ms.length === 0) return /[.!?…]["'”’)\]]*$/.test(word.text);
  // Some engines let a sentence end with its last word, others with the pause after it, give or take a rounding.
  return scene.sentence_ends_ms.some((end) => word.start_ms < end - 20 && end - 20 <= next.start_ms);
}

/** Blank words left out, those too long for a line cut up, all in order and at least a millisecond long. */
function prepareWords(scene: SpokenScene): Word[] {
  let earliest = 0;
  return scene.words.flatMap(splitLongWord).flatMap((word) => {
    const start_ms = Math.max(word.start_ms, earliest);
    const end_ms = Math.min(Math.max(word.end_ms, start_ms + 1), scene.end_ms);
    if (word.text === '' || end_ms <= start_ms) return [];
    earliest = end_ms;
    return [{ text: word.text, start_ms, end_ms }];
  });
}

/** A word as captions show it: one too long for a line in pieces, each with its share of the time. */
export function splitLongWord(word: Word): Word[] {
  const text = word.text.replace(/\s+/g, ' ').trim();
  const pieces = text.match(new RegExp(`.{1,${LINE_LENGTH}}`, 'gu')) ?? [];
  const span = (word.end_ms - word.start_ms) / Math.max(1, pieces.length);
  return pieces.map((piece, at) => ({
    text: piece.trim(),
    start_ms: Math.round(word.start_ms + at * span),
    end_ms: Math.round(word.start_ms + (at + 1) * span),
  }));
}

/** Cuts a run into captions that fit, at the least total cost: dynamic programming from the front. */
function cutRun(run: Word[]): Word[][] {
  const best: { cost: number; from: number }[] = [{ cost: 0, from: 0 }];
  for (let end = 1; end <= run.length; end += 1) {
    let choice = { cost: Infinity, from: end - 1 };
    for (let from = end - 1; from >= 0; from -= 1) {
      const part = run.slice(from, end);
      if (end - from > 1 && !fits(part)) break;
      const cost = (best[from]?.cost ?? Infinity) + partCost(part, end === run.length);
      if (cost < choice.cost) choice = { cost, from };
    }
    best[end] = choice;
  }
  const parts: Word[][] = [];
  for (let end = run.length; end > 0; end = best[end]!.from) parts.unshift(run.slice(best[end]!.from, end));
  return parts;
}

function fits(words: Word[]): boolean {
  if (words.at(-1)!.end_ms - words[0]!.start_ms > MAX_CUE_MS) return false;
  return bestBreak(words.map((word) => word.text).join(' ')) !== null;
}

/** Every caption costs, short ones more, and so does one that stops in the middle of a clause. */
function partCost(part: Word[], last: boolean): number {
  const length = part.reduce((sum, word) => sum + word.text.length + 1, 0);
  const duration = part.at(-1)!.end_ms - part[0]!.start_ms;
  const torn = last || /[,;:–—]$/.test(part.at(-1)!.text) ? 0 : 3;
  const hasty = duration < COMFORTABLE_MS ? 6 : 0;
  return 4 + torn + hasty + ((2 * LINE_LENGTH - length) / LINE_LENGTH) ** 2;
}

/** One line if it fits, else two of like length, better after a comma, the lower one rather longer. */
export function breakLines(text: string): string[] {
  const at = bestBreak(text);
  return at === null || at === text.length ? [text] : [text.slice(0, at).trimEnd(), text.slice(at + 1)];
}

function bestBreak(text: string): number | null {
  if (text.length <= LINE_LENGTH) return text.length;
  let best: number | null = null;
  let bestCost = Infinity;
  for (let at = text.indexOf(' '); at >= 0; at = text.indexOf(' ', at + 1)) {
    const [upper, lower] = [at, text.length - at - 1];
    if (upper > LINE_LENGTH || lower > LINE_LENGTH) continue;
    const cost =
      Math.abs(upper - lower) + (upper > lower ? 2 : 0) - (/[,;:–—.!?]/.test(text[at - 1] ?? '') ? 8 : 0);
    if (cost < bestCost) [best, bestCost] = [at, cost];
  }
  return best;
}
