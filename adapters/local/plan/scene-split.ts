import { hasSpeakableText } from '../../../contracts/speakable';
import { countWords, estimateSpeech, splitParagraphs, splitSentences } from '../../script/sentences';

export const MAX_SCENES = 50;

/** A scene of this length holds attention without looking like a slide show. */
const IDEAL_MS = 10_000;
const LONGEST_SCENE_MS = 14_000;
/** A paragraph that its author kept together stays together up to here. */
const LONGEST_PARAGRAPH_MS = 20_000;
const SHORTEST_SCENE_MS = 2_500;

/**
 * Cuts a script into the texts of its scenes: a paragraph each, long paragraphs by sentences to about 6..14 seconds.
 * A script in one paragraph still gives several scenes if it has several sentences. Joined by blanks, the texts are
 * the script again, apart from white space. None of them is silent, unless the whole script is.
 */
export function splitIntoScenes(script: string): string[] {
  const paragraphs = splitParagraphs(script);
  const scenes = joinSilent(paragraphs.flatMap((paragraph) => splitParagraph(paragraph, paragraphs.length === 1)));
  return scenes.length <= MAX_SCENES ? scenes : balance(scenes, MAX_SCENES);
}

/** A rule of dashes, a row of emoji or a paragraph in foreign writing belongs to the scene before it, or to the first one that speaks. */
function joinSilent(texts: readonly string[]): string[] {
  const scenes: string[] = [];
  for (const text of texts) {
    const last = scenes.at(-1);
    if (last === undefined || (hasSpeakableText(last) && hasSpeakableText(text))) scenes.push(text);
    else scenes[scenes.length - 1] = `${last} ${text}`;
  }
  return scenes;
}

function splitParagraph(paragraph: string, alone: boolean): string[] {
  const total = estimateSpeech(paragraph);
  if (!alone && total <= LONGEST_PARAGRAPH_MS) return [paragraph];
  const units = splitSentences(paragraph).flatMap(splitLongSentence);
  const wanted = Math.max(Math.round(total / IDEAL_MS), alone && total >= 2 * SHORTEST_SCENE_MS ? 2 : 1);
  return wanted === 1 ? [paragraph] : balance(units, wanted);
}

/** A sentence of more than a scene's length is cut at a comma, or where there is none, between words. */
function splitLongSentence(sentence: string): string[] {
  if (estimateSpeech(sentence) <= LONGEST_SCENE_MS) return [sentence];
  const clauses = sentence.split(/(?<=[,;:–—])\s+/).flatMap((clause) => {
    if (estimateSpeech(clause) <= LONGEST_SCENE_MS) return [clause];
    return balance(clause.split(/\s+/), Math.ceil(estimateSpeech(clause) / IDEAL_MS));
  });
  return balance(clauses, Math.ceil(estimateSpeech(sentence) / IDEAL_MS));
}

/**
 * Groups neighbouring texts into `count` groups of lengths as equal as they get: least squares by dynamic programming.
 * Never gives an empty group, so there may be fewer.
 */
function balance(texts: string[], count: number): string[] {
  const groups = Math.min(count, texts.length);
  const sums = [0];
  for (const text of texts) sums.push((sums.at(-1) ?? 0) + Math.max(1, countWords(text)));
  const ideal = (sums.at(-1) ?? 0) / groups;
  const deviation = (from: number, to: number) => ((sums[to] ?? 0) - (sums[from] ?? 0) - ideal) ** 2;
  let best = sums.map((_, end) => (end === 0 ? 0 : Infinity));
  const cuts: number[][] = [];
  for (let group = 1; group <= groups; group += 1) {
    const next = sums.map(() => Infinity);
    const from = sums.map(() => 0);
    for (let end = group; end <= texts.length; end += 1) {
      for (let start = end - 1; start >= group - 1; start -= 1) {
        // Three times the ideal is never part of the best cut; without this a long text costs the square of its words.
        if (start < end - 1 && (sums[end] ?? 0) - (sums[start] ?? 0) > 3 * ideal) break;
        const cost = (best[start] ?? Infinity) + deviation(start, end);
        if (cost < (next[end] ?? Infinity)) {
          next[end] = cost;
          from[end] = start;
        }
      }
    }
    best = next;
    cuts.push(from);
  }
  return collect(texts, cuts);
}

function collect(texts: string[], cuts: number[][]): string[] {
  const scenes: string[] = [];
  let end = texts.length;
  for (const from of cuts.toReversed()) {
    const start = from[end] ?? 0;
    scenes.unshift(texts.slice(start, end).join(' '));
    end = start;
  }
  return scenes;
}
