import type { SpokenToken } from './normalise';

/**
 * A piece as engines with a reader of their own take it: words, the commas and the end mark that steer intonation. Single
 * capitals are letters, read by their names.
 */
export function toPlainText(tokens: readonly SpokenToken[]): string {
  return tokens
    .map(({ words, pause }, place) => {
      const mark = place === tokens.length - 1 ? pause.replace(',', '') || '.' : pause === '' ? '' : ',';
      return words.join(' ') + mark;
    })
    .join(' ');
}
