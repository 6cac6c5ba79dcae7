import { isInsideWord } from '../../../script/sentences';

/** Full stops that do not end a sentence although a capital may follow. */
const ABBREVIATION =
  /(?:^|[\s("'])(?:Dr|Mr|Mrs|Ms|Prof|Sr|Jr|St|Mt|vs|e\.g|i\.e|Fig|No|Gen|Col|Capt|Lt|Sgt|Rev|Hon|approx|[A-Z])\.["')]*$/;
/** Dotted capitals end a sentence only where a new one clearly begins; "U.S. Army" stays together. */
const DOTTED_CAPITALS = /(?:^|\s)(?:[A-Z]\.){2,}$/;
const SENTENCE_STARTERS =
  /^["'(]*(?:The|A|An|It|He|She|They|We|I|You|This|That|These|There|But|And|So|In|On|At|If|When)\b/;
/** "Great! 🎉 Next": the emoji belongs to what was said, not to what comes. */
const LEADING_EMOJI = /^(?:[\p{Extended_Pictographic}\u200d\ufe0f\u{1f3fb}-\u{1f3ff}]+\s*)+/u;

/**
 * Sentences of a paragraph, in order and together the whole text. Boundaries after Unicode UAX 29 as the runtime
 * implements it, with cuts after titles, initials and common abbreviations, and amid words, undone.
 */
export function splitSentences(paragraph: string): string[] {
  const sentences: string[] = [];
  for (const { segment } of new Intl.Segmenter('en', { granularity: 'sentence' }).segment(paragraph)) {
    const last = sentences.at(-1);
    const emoji = last === undefined ? '' : (LEADING_EMOJI.exec(segment)?.[0] ?? '');
    const rest = segment.slice(emoji.length);
    if (last === undefined) sentences.push(segment);
    else if (isInsideWord(last, segment) || belongsTogether(last.trim(), rest.trim())) sentences[sentences.length - 1] = last + segment;
    else sentences.splice(-1, 1, last + emoji, rest);
  }
  return sentences.map((sentence) => sentence.trim()).filter(Boolean);
}

function belongsTogether(before: string, after: string): boolean {
  if (!/[\p{L}\p{N}]/u.test(after)) return true;
  if (ABBREVIATION.test(before)) return true;
  if (DOTTED_CAPITALS.test(before)) return !SENTENCE_STARTERS.test(after);
  // "Really?" she asked.
  return /(?:["'”’]|\b[ap]\.m\.)$/i.test(before) && /^\p{Ll}/u.test(after);
}
