/** A stage direction such as `[[pause 600ms]]`: part of a script, never spoken. The group holds what stands inside. */
export const STAGE_MARK = /\[\[\s*([^\]]*?)\s*\]\]/g;

/** The sign with which a line of a list begins is not spoken. */
export function withoutBullet(line: string): string {
  return line.replace(/^\s*[-*•]\s+/, '');
}

/** One word between blanks: as the viewer reads it, and as a voice is to be given it. */
export interface WordToSpeak {
  shown: string;
  said: string;
}

export interface TextToSpeak {
  /** What a voice is given: `said` of all words in order, with paragraphs and lines kept apart. */
  text: string;
  words: WordToSpeak[];
}

/**
 * A script without stage marks and list signs, with the words of the lexicon respelled. The words come back with times on
 * them, so they are kept beside the text.
 */
export function textToSpeak(script: string, lexicon: Record<string, string>): TextToSpeak {
  const respelled = new Map(Object.entries(lexicon).map(([word, said]) => [word.toLowerCase(), said]));
  const lines = script
    .replaceAll('\r\n', '\n')
    .replace(STAGE_MARK, ' ')
    .split('\n')
    .map((line) => withoutBullet(line).split(/\s+/).filter(Boolean).map((shown) => ({ shown, said: sayWord(shown, respelled) })));
  const text = lines.map((words) => words.map(({ said }) => said).join(' ')).join('\n');
  return { text: text.replace(/\n{3,}/g, '\n\n').trim(), words: lines.flat() };
}

/** Respells the core of a word and leaves the signs around it, which carry the intonation. */
function sayWord(word: string, lexicon: Map<string, string>): string {
  const [, before = '', core = '', after = ''] = /^([^\p{L}\p{N}]*)(.*?)([^\p{L}\p{N}]*)$/u.exec(word) ?? [];
  const said = lexicon.get(word.toLowerCase()) ?? lexicon.get(core.toLowerCase());
  return said === undefined ? word : `${before}${said.trim()}${after}`;
}
