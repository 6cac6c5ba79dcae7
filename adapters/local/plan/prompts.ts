import type { SceneVisual } from '../../../contracts/media';
import { pick } from '../random';
import type { Random } from '../random';
import type { Mood, Place } from './keywords';
import { countWords, flattenText, splitSentences } from '../../script/sentences';

const VIEWS: Record<Place, readonly [string, ...string[]]> = {
  studio: [
    'a plain studio backdrop with a soft spot of light',
    'a studio wall in one colour, gently lit from the side',
  ],
  office: ['a bright office with shelves and a wide window', 'an office corner with a desk lamp and plants'],
  city: ['a city skyline behind glass', 'city lights out of focus across a street'],
  nature: ['layered hills behind a meadow', 'a forest edge with light between the leaves'],
  seaside: ['the sea under a wide sky', 'a quiet beach with a low horizon of ocean'],
  home: [
    'a living room at home with a sofa and a lamp',
    'a home corner with framed pictures and a warm lamp',
  ],
  library: ['library shelves full of books', 'a library aisle with rows of books and a reading lamp'],
  workshop: [
    'a workshop wall with tools above a bench',
    'a workshop with shelves of parts and a hanging lamp',
  ],
  abstract: ['soft abstract shapes of light', 'an abstract gradient with slow curves'],
  stage: ['a stage with spotlights and haze', 'a stage curtain with a spotlight from above'],
};

const LIGHT: Record<SceneVisual['time_of_day'], string> = {
  morning: 'in morning light',
  day: 'in daylight',
  evening: 'in evening light',
  night: 'at night',
};

/** A background prompt that any painter understands, ours by its keywords, an image model by its sentence. */
export function describePlace(
  scene: { place: Place; time_of_day: SceneVisual['time_of_day']; mood: Mood },
  random: Random,
): string {
  return `${pick(random, VIEWS[scene.place])}, ${LIGHT[scene.time_of_day]}, ${scene.mood} mood, no people, shallow depth of field`;
}

const WEAK = new Set(
  (
    'a an the and or but of to in on at by for with from as is are was were be been it its this that these those we you they he she i our your their his her my ' +
    'so if then than not no do does did can could will would should may might must have has had just very more most also there here what which who when where how why all into out up about over'
  ).split(' '),
);

/** The phrase of a text that carries it best, at most seven words: the run with the most content words that stands together. */
export function findPhrase(text: string): string {
  const runs = splitSentences(flattenText(text)).flatMap((sentence) =>
    sentence.split(/[,;:–—()]\s*|[.!?…]["'”’)]*\s*$/),
  );
  let best = '';
  let bestScore = -1;
  for (const run of runs) {
    const words = run.split(' ').filter((word) => word !== '');
    for (let from = 0; from < words.length; from += 1) {
      for (let size = 1; size <= Math.min(7, words.length - from); size += 1) {
        const score = scorePhrase(words, from, size);
        if (score > bestScore) [best, bestScore] = [words.slice(from, from + size).join(' '), score];
      }
    }
  }
  return best.replace(/^["'“‘(]+|["'”’).,;:!?…]+$/gu, '');
}

function scorePhrase(words: string[], from: number, size: number): number {
  const isWeak = (at: number) => WEAK.has((words[at] ?? '').toLowerCase().replace(/[^\p{L}\p{N}']/gu, ''));
  // A phrase that begins or ends with a small word, or starts in mid-sentence, reads like a torn one.
  if (isWeak(from + size - 1) || (isWeak(from) && from > 0)) return 0;
  let score = 0;
  for (let at = from; at < from + size; at += 1)
    if (!isWeak(at))
      score += 1 + Math.min(countLetters(words[at] ?? ''), 10) / 10 + (/\d/.test(words[at] ?? '') ? 1 : 0);
  const whole =
    from === 0 && from + size === words.length ? 2.5 : from === 0 || from + size === words.length ? 1 : 0;
  return score - 0.9 * Math.max(0, size - 4) + whole;
}

const countLetters = (word: string): number => (countWords(word) > 0 ? word.length : 0);
