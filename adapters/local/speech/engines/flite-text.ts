import type { SpokenToken } from '../text/normalise';

/** Stands for the letter A, which flite would read as the article. */
const LETTER_A = 'lettera';

/** Addenda to flite's lexicon, in its own notation. */
export const FLITE_LEXICON = `"${LETTER_A}" nil : ey1\n`;

/** A piece as one flite utterance: words, commas where the reader pauses, one mark at the end. */
export function toFliteText(tokens: readonly SpokenToken[]): string {
  const parts = tokens.map(({ words, pause }, place) => {
    const isLast = place === tokens.length - 1;
    const mark = isLast ? (pause === '?' ? '?' : '.') : pause === '' ? '' : ',';
    return words.map(toFliteWord).join(' ') + mark;
  });
  return parts.join(' ');
}

/** A word in flite's spelling. */
export function toFliteWord(word: string): string {
  return word === 'A' ? LETTER_A : word;
}
