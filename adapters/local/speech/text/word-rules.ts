import { splitCamelCase } from './address-rules';
import { sayCardinal } from './number-words';
import { group, spell } from './rule';
import type { Rule, TokenContext } from './rule';
import { ALWAYS, DOTTED, SHORT_WORDS, SPELLED, SYMBOLS, WORD_ACRONYMS } from './word-tables';

/** Fixed readings that no other rule may touch, such as "24/7". */
export const FIXED_RULES: readonly Rule[] = [
  { name: 'abbreviation', pattern: /^(.+)$/, say: (match) => known(ALWAYS, group(match, 1)) },
];

/** Abbreviations, initials, acronyms, signs, and at last plain words. The last rule always has an answer. */
export const WORD_RULES: readonly Rule[] = [
  { name: 'abbreviation with a dot', pattern: /^([A-Za-z][A-Za-z.]*)$/, say: sayDotted },
  {
    name: 'initials',
    pattern: /^([A-Za-z](?:\.[A-Za-z])+)$/,
    say: (match) => spell(group(match, 1).replaceAll('.', '')),
  },
  { name: 'initial', pattern: /^([B-HJ-Z])$/, say: (match) => group(match, 1) },
  {
    name: 'the letter A',
    pattern: /^A$/,
    say: (_, { previous, next, shouting }) =>
      previous !== '' && !shouting && !/^[A-Z]/.test(next) ? 'A' : 'a',
  },
  { name: 'doctor of philosophy', pattern: /^Ph\.?D$/, say: () => spell('PHD') },
  { name: 'acronym', pattern: /^([A-Z]{2,5})('?s)?$/, say: sayAcronym },
  {
    name: 'letters and digits',
    pattern: /^(?=.*[A-Za-z])(?=.*\d)[A-Za-z\d-]+('s)?$/,
    say: (match) => sayMixed(group(match, 0)),
  },
  { name: 'words', pattern: /^.*$/s, say: (match) => sayWords(group(match, 0)) },
];

function known(table: Record<string, string>, key: string): string | null {
  const lower = key.toLowerCase();
  return Object.hasOwn(table, lower) ? (table[lower] ?? null) : null;
}

function sayDotted(match: RegExpExecArray, context: TokenContext): string | null {
  const token = group(match, 1);
  if (!context.dotted) return null;
  // "No." and "Co." end sentences as words too; a number or a capital behind them tells the abbreviation.
  if (/^no$/i.test(token) && !/^\d/.test(context.next)) return null;
  if (/^(gen|col|hon|rev|min|max|ch|ave|est|fig)$/i.test(token) && context.next === '') return null;
  if (/^st$/i.test(token) && !/^[A-Z]/.test(context.next)) return 'street';
  if (
    /^st$/i.test(token) &&
    /^(Main|High|Wall|Oak|Elm|Park|King|Queen|Market|Church)$/.test(context.previous)
  )
    return 'street';
  return known(DOTTED, token);
}

function sayAcronym(match: RegExpExecArray, context: TokenContext): string | null {
  const letters = group(match, 1);
  const ending = match[2] === undefined ? '' : "'s";
  if (context.shouting && !SPELLED.has(letters)) return (letters + ending).toLowerCase();
  if (WORD_ACRONYMS.has(letters) || SHORT_WORDS.has(letters)) return (letters + ending).toLowerCase();
  const isWordLike = letters.length > 3 && /[AEIOUY]/.test(letters) && !SPELLED.has(letters);
  return isWordLike ? (letters + ending).toLowerCase() : spell(letters) + ending;
}

function sayMixed(token: string): string {
  const parts = token.match(/[A-Za-z]+('s)?|\d+|'s/g) ?? [];
  return parts
    .map((part) => {
      if (/^\d/.test(part)) return sayCardinal(part);
      const isWord =
        part.length > 3 || (part.length > 1 && part !== part.toUpperCase() && /[aeiouy]/i.test(part));
      return isWord ? part.toLowerCase() : spell(part);
    })
    .join(' ');
}

function sayWords(token: string): string {
  const spaced = token.replace(
    /[^A-Za-z']/g,
    (sign) => ` ${Object.hasOwn(SYMBOLS, sign) ? SYMBOLS[sign] : ''} `,
  );
  return splitCamelCase(spaced).toLowerCase();
}
