const ABBREVIATION =
  /(?:^|\s)(?:Mr|Mrs|Ms|Dr|Prof|St|Sr|Jr|vs|etc|e\.g|i\.e|Fig|No|Inc|Ltd|Co|approx|ca|\p{Lu})\.$/u;

/** Spoken words: 150 in a minute, the pace of a calm presenter. */
const MS_PER_WORD = 400;

/**
 * Paragraphs of a script, trimmed. Blank lines part them; in a text without blank lines a line break does,
 * if every line ends like a sentence (then it is a list of paragraphs and not a text wrapped by an editor).
 */
export function splitParagraphs(script: string): string[] {
  const text = script.replace(/\r\n?/g, '\n').trim();
  const blocks = text.split(/\n[^\S\n]*\n\s*/);
  const lines = text.split(/\s*\n\s*/);
  const listed =
    blocks.length === 1 && lines.length > 1 && lines.every((line) => /[.!?…:]["'”’)\]]*$/.test(line));
  return (listed ? lines : blocks).map((block) => block.trim()).filter((block) => block !== '');
}

/** Whether a mark stands amid a word, as in an address ("a?b=c"): nothing but the next letter or digit follows it. */
export function isInsideWord(before: string, after: string): boolean {
  return /[.!?]$/.test(before) && /^[\p{Script=Latin}\d]/u.test(after);
}

/** Sentences of a paragraph, trimmed. Unicode's rules (UAX 29), with breaks after abbreviations, initials and amid words undone. */
export function splitSentences(paragraph: string): string[] {
  const sentences: string[] = [];
  const segments = [...new Intl.Segmenter('en', { granularity: 'sentence' }).segment(paragraph.replace(/\s+/g, ' '))];
  let open = '';
  for (const [at, { segment }] of segments.entries()) {
    open += segment;
    if (ABBREVIATION.test(open.trimEnd()) || isInsideWord(open, segments[at + 1]?.segment ?? '')) continue;
    if (open.trim() !== '') sentences.push(open.trim());
    open = '';
  }
  if (open.trim() !== '') sentences.push(open.trim());
  return sentences;
}

/** Words that are spoken, also in scripts that write no spaces. */
export function countWords(text: string): number {
  let count = 0;
  for (const part of new Intl.Segmenter('en', { granularity: 'word' }).segment(text))
    if (part.isWordLike) count += 1;
  return count;
}

/** How long a text takes to say, in milliseconds; a guess until `speech` has measured it. */
export function estimateSpeech(text: string): number {
  return Math.max(1, countWords(text)) * MS_PER_WORD;
}

/** The same text with every run of white space as one blank: what scenes must join back to. */
export function flattenText(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
