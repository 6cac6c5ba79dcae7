import { sayCardinal, sayDigits } from './number-words';
import { group, spell } from './rule';
import type { Rule } from './rule';
import { WORD_DOMAINS } from './word-tables';

const SIGNS: Record<string, string> = {
  '.': 'dot',
  '/': 'slash',
  '-': 'dash',
  _: 'underscore',
  '@': 'at',
  ':': 'colon',
  '+': 'plus',
  '#': 'hash',
  '=': 'equals',
  '?': 'question mark',
  '&': 'and',
  '%': 'percent',
  '~': 'tilde',
};
const HOST = String.raw`(?:[a-z0-9-]+\.)+[a-z]{2,8}`;

/** Web addresses, e-mail addresses, handles and hashtags. */
export const ADDRESS_RULES: readonly Rule[] = [
  {
    name: 'e-mail',
    pattern: new RegExp(`^(?:mailto:)?([\\w.+-]+@${HOST})$`, 'i'),
    say: (match) => sayAddress(group(match, 1)),
  },
  {
    name: 'web address',
    pattern: new RegExp(`^(?:https?://|(?=www\\.))(.+?)/*$`, 'i'),
    say: (match) => sayAddress(group(match, 1)),
  },
  {
    name: 'host or file name',
    pattern: new RegExp(`^(?=.*[a-z]{2})${HOST}(?:/[^\\s]*)?$`, 'i'),
    say: (match) =>
      /^(?:[a-z]\.)+[a-z]{2}$/i.test(group(match, 0))
        ? null
        : sayAddress(group(match, 0).replace(/\/+$/, '')),
  },
  { name: 'handle', pattern: /^@(\w+)$/, say: (match) => `at ${sayAddress(group(match, 1))}` },
  { name: 'number sign', pattern: /^#(\d+)$/, say: (match) => `number ${sayCardinal(group(match, 1))}` },
  { name: 'hashtag', pattern: /^#(\w+)$/, say: (match) => `hashtag ${splitCamelCase(group(match, 1))}` },
];

/** "fooBar" is "foo Bar"; names such as McDonald stay whole. */
export function splitCamelCase(text: string): string {
  return text.replace(/(?<!\b(?:Mc|Mac|O'))(?<=[a-z])(?=[A-Z])/g, ' ').replaceAll('_', ' ');
}

function sayAddress(address: string): string {
  const parts = address.match(/[A-Za-z]+|\d+|[^A-Za-z\d]/g) ?? [];
  const spoken = parts.map((part, place) => {
    if (/\d/.test(part)) return part.length <= 2 ? sayCardinal(part) : sayDigits(part);
    if (!/[A-Za-z]/.test(part)) return SIGNS[part] ?? '';
    return sayLabel(part, parts[place - 1] === '.');
  });
  return spoken.filter(Boolean).join(' ');
}

function sayLabel(label: string, afterDot: boolean): string {
  const lower = label.toLowerCase();
  if (lower === 'www' || (afterDot && label.length <= 3 && !WORD_DOMAINS.has(lower))) return spell(label);
  if (label.length > 1 && !/[aeiouy]/.test(lower)) return spell(label);
  return splitCamelCase(label).toLowerCase();
}
