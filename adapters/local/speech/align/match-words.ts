import type { Phone } from '../../../../contracts/media';

/** A phone and the word (by position) it belongs to; -1 for silence. */
export interface WordPhone extends Phone {
  word: number;
}

const INSERTION = 1;
const VOWEL_SWAP = 0.7;
const OTHER_SWAP = 1.5;

/**
 * Finds out which word each phone of an utterance belongs to, given how each word sounds by itself. Minimum edit
 * distance (Wagner and Fischer 1974) over phones; a vowel for a vowel is cheap because unstressed words are reduced.
 */
export function matchWords(words: readonly (readonly string[])[], phones: readonly Phone[]): WordPhone[] {
  const expected = words.flatMap((symbols, word) => symbols.map((symbol) => ({ symbol, word })));
  const sounding = phones.flatMap((phone, place) => (phone.symbol === 'pau' ? [] : [place]));
  const owners = new Map<number, number>();
  const table = fillTable(
    expected.map(({ symbol }) => symbol),
    sounding.map((place) => phones[place]!.symbol),
  );
  let i = expected.length;
  let j = sounding.length;
  while (j > 0) {
    const owner = expected[Math.max(0, i - 1)]?.word ?? 0;
    const step = table.step(i, j);
    if (step !== 'skip') owners.set(sounding[j - 1]!, owner);
    if (step !== 'insert') i--;
    if (step !== 'skip') j--;
  }
  return phones.map((phone, place) => ({ ...phone, word: owners.get(place) ?? -1 }));
}

type Step = 'match' | 'skip' | 'insert';

function fillTable(
  expected: readonly string[],
  actual: readonly string[],
): { step(i: number, j: number): Step } {
  const width = actual.length + 1;
  const cost = new Float64Array((expected.length + 1) * width);
  for (let i = 0; i <= expected.length; i++) {
    for (let j = 0; j <= actual.length; j++) {
      if (i === 0 || j === 0) cost[i * width + j] = (i + j) * INSERTION;
      else {
        cost[i * width + j] = Math.min(
          cost[(i - 1) * width + j - 1]! + swapCost(expected[i - 1]!, actual[j - 1]!),
          cost[(i - 1) * width + j]! + INSERTION,
          cost[i * width + j - 1]! + INSERTION,
        );
      }
    }
  }
  return {
    step(i, j) {
      const here = cost[i * width + j]!;
      if (i === 0) return 'insert';
      if (Math.abs(here - cost[(i - 1) * width + j - 1]! - swapCost(expected[i - 1]!, actual[j - 1]!)) < 1e-9)
        return 'match';
      return Math.abs(here - cost[(i - 1) * width + j]! - INSERTION) < 1e-9 ? 'skip' : 'insert';
    },
  };
}

function swapCost(a: string, b: string): number {
  if (a === b) return 0;
  return isVowel(a) && isVowel(b) ? VOWEL_SWAP : OTHER_SWAP;
}

function isVowel(symbol: string): boolean {
  return /^[aeiou]/.test(symbol);
}
