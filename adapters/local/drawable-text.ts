import type { FontTable } from './font-table';

/** Stands where a letter was: no font has one for it. */
const LEFT_OUT = '\0';
/** What was left out between a word and its punctuation, with the space that parted it from the word. */
const BEFORE_A_STOP = /[^\S\n]*\0+(?=[,.;:!?…])/gu;
/** The same where a new line began with it: the punctuation belongs to the line before. */
const BEFORE_A_STOP_IN_FRONT = /\s*\n\s*\0+([,.;:!?…]+)[^\S\n]*/gu;

/**
 * Text as far as the font can draw it: what it has no letter for (emoji, Chinese, Arabic …) would be an empty box on the
 * picture, so it is left out, and no double space stays behind. Empty where something was left out and nothing that can be
 * read remains. Caption files beside the film keep every character.
 */
export function drawableText(text: string, font: FontTable): string {
  const whole = text.normalize('NFC');
  const marked = [...whole].map((letter) => (/\s/u.test(letter) || font.has(letter.codePointAt(0) ?? 0) ? letter : LEFT_OUT)).join('');
  if (marked === whole) return whole;
  const drawn = marked.replace(BEFORE_A_STOP_IN_FRONT, '$1\n').replace(BEFORE_A_STOP, '').replaceAll(LEFT_OUT, '');
  return /[\p{L}\p{N}]/u.test(drawn) ? drawn.replace(/[^\S\n]+/gu, ' ').replace(/^ | $/gmu, '') : '';
}

/** The lines of a caption that are left of it; none where it is left out as a whole. */
export function drawableLines(lines: readonly string[], font: FontTable): string[] {
  return drawableText(lines.join('\n'), font).split('\n').filter((line) => line !== '');
}
