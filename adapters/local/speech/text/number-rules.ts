import { readRoman, sayCardinal, sayDecimal, sayDigits, sayOrdinal, sayYear } from './number-words';
import { group } from './rule';
import type { Rule, TokenContext } from './rule';
import { CURRENCIES, CURRENCY_CODES, MAGNITUDES, ROMAN_CUES, RULERS, UNITS } from './word-tables';

const NUMBER = String.raw`\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+`;
const SIGN = String.raw`[$€£¥₹]`;

/** Money, percentages, measures, ranges, fractions, versions, telephone numbers, Roman numerals, plain numbers. */
export const NUMBER_RULES: readonly Rule[] = [
  {
    name: 'money',
    pattern: new RegExp(`^(-?)(${SIGN})(${NUMBER})([kmbt]|mn|bn|tn|mm)?$`, 'i'),
    say: (match, context) => minus(match) + sayMoney(match, context),
  },
  {
    name: 'money with the sign behind',
    pattern: new RegExp(`^(${NUMBER})(${SIGN})$`),
    say: (match) => sayAmount(group(match, 1), group(match, 2)),
  },
  {
    name: 'currency code',
    pattern: /^(USD|EUR|GBP|JPY|INR)$/,
    say: (match, context) =>
      endsInNumber(context.previous)
        ? (CURRENCIES[CURRENCY_CODES[group(match, 1)] ?? '']?.many ?? null)
        : null,
  },
  { name: 'magnitude', pattern: /^([a-z]+)$/i, say: sayMagnitude },
  {
    name: 'ordinal',
    pattern: /^(\d[\d,]*)(?:st|nd|rd|th)$/i,
    say: (match) => sayOrdinal(plain(group(match, 1))),
  },
  {
    name: 'telephone number',
    pattern: /^\+?\d{0,3}[-.]?\(?\d{3}\)?[-.]\d{3}[-.]\d{4}$|^\d{3}-\d{4}$|^\+\d{7,15}$/,
    say: (match) =>
      (group(match, 0).startsWith('+') ? 'plus ' : '') + sayDigits(group(match, 0).replace(/\D/g, '')),
  },
  { name: 'fraction', pattern: /^(?:(\d+) )?(\d{1,2})\/(\d{1,3})$/, say: sayFraction },
  {
    name: 'range of years',
    pattern: /^((?:1[1-9]|20)\d\d)-((?:1[1-9]|20)\d\d)$/,
    say: (match) => `${sayYear(group(match, 1))} to ${sayYear(group(match, 2))}`,
  },
  {
    name: 'range',
    pattern: new RegExp(`^(${SIGN}?)(${NUMBER})-${SIGN}?(${NUMBER})([^\\d].*)?$`),
    say: sayRange,
  },
  { name: 'version', pattern: /^v?(\d+(?:\.\d+){2,})$|^v(\d+(?:\.\d+)?)$/i, say: sayVersion },
  {
    name: 'size',
    pattern: /^(\d+)x(\d+)$/i,
    say: (match) => `${sayCardinal(group(match, 1))} by ${sayCardinal(group(match, 2))}`,
  },
  {
    name: 'multiple',
    pattern: new RegExp(`^(${NUMBER})x$`),
    say: (match) => `${sayNumber(group(match, 1))} times`,
  },
  {
    name: 'ratio',
    pattern: /^(\d+):(\d+)$/,
    say: (match) => `${sayCardinal(group(match, 1))} to ${sayCardinal(group(match, 2))}`,
  },
  { name: 'measure', pattern: new RegExp(`^([-+~<>±≤≥]?)(${NUMBER})-?(\\D.*)$`), say: sayMeasure },
  { name: 'unit after a number', pattern: /^(\D.*)$/, say: sayUnit },
  {
    name: 'number',
    pattern: new RegExp(`^([-+~<>±≤≥]?)(${NUMBER})$`),
    say: (match) => PREFIXES[group(match, 1)] + sayNumber(group(match, 2)),
  },
  { name: 'Roman numeral', pattern: /^([IVX]+)$/, say: sayRoman },
];

const PREFIXES: Record<string, string> = {
  '': '',
  '-': 'minus ',
  '+': 'plus ',
  '~': 'about ',
  '<': 'less than ',
  '>': 'more than ',
  '±': 'plus or minus ',
  '≤': 'at most ',
  '≥': 'at least ',
};
const FRACTION_NAMES: Record<string, [string, string]> = {
  2: ['half', 'halves'],
  4: ['quarter', 'quarters'],
};

function plain(number: string): string {
  return number.replaceAll(',', '');
}

function sayNumber(number: string): string {
  const [whole = '', fraction] = plain(number).split('.');
  return fraction === undefined ? sayCardinal(whole) : sayDecimal(whole, fraction);
}

function minus(match: RegExpExecArray): string {
  return group(match, 1) === '-' ? 'minus ' : '';
}

function sayMoney(match: RegExpExecArray, context: TokenContext): string {
  const number = group(match, 3);
  const magnitude = MAGNITUDES[group(match, 4).toLowerCase()];
  const many = CURRENCIES[group(match, 2)]?.many ?? '';
  if (magnitude !== undefined) return `${sayNumber(number)} ${magnitude} ${many}`;
  // "$4.5 million": the sign is said after the second token.
  if (isMagnitude(context.next)) return sayNumber(number);
  return sayAmount(number, group(match, 2));
}

function sayAmount(number: string, sign: string): string {
  const names = CURRENCIES[sign];
  const [whole = '', fraction] = plain(number).split('.');
  if (names === undefined) return sayNumber(number);
  if (fraction !== undefined && fraction.length !== 2) return `${sayNumber(number)} ${names.many}`;
  const units =
    Number(whole) === 0 && fraction !== undefined
      ? ''
      : `${sayCardinal(whole)} ${Number(whole) === 1 ? names.one : names.many}`;
  const cents =
    Number(fraction ?? 0) === 0
      ? ''
      : `${sayCardinal(String(Number(fraction)))} ${Number(fraction) === 1 ? names.cent : names.cents}`;
  return [units, cents].filter(Boolean).join(' ') || `zero ${names.many}`;
}

function sayMagnitude(match: RegExpExecArray, context: TokenContext): string | null {
  const money = new RegExp(`^-?(${SIGN})(?:${NUMBER})$`).exec(context.previous);
  if (money === null || !isMagnitude(group(match, 1))) return null;
  return `${group(match, 1).toLowerCase()} ${CURRENCIES[group(money, 1)]?.many ?? ''}`;
}

function isMagnitude(token: string): boolean {
  return /^(thousand|million|billion|trillion)$/i.test(token);
}

function sayFraction(match: RegExpExecArray): string | null {
  const [top, bottom] = [group(match, 2), group(match, 3)];
  if (Number(bottom) < 2) return null;
  const [one, many] = FRACTION_NAMES[bottom] ?? [sayOrdinal(bottom), `${sayOrdinal(bottom)}s`];
  const whole = match[1] === undefined ? '' : `${sayCardinal(match[1])} and `;
  return `${whole}${sayCardinal(top)} ${Number(top) === 1 ? one : many}`;
}

function sayRange(match: RegExpExecArray): string | null {
  const [sign, from, to, tail] = [group(match, 1), group(match, 2), group(match, 3), group(match, 4)];
  if (sign !== '') return tail === '' ? `${sayNumber(from)} to ${sayAmount(to, sign)}` : null;
  const unit = tail === '' ? '' : UNITS[tail]?.[1];
  return unit === undefined ? null : `${sayNumber(from)} to ${sayNumber(to)} ${unit}`.trimEnd();
}

function sayVersion(match: RegExpExecArray): string {
  const isMarked = group(match, 0).toLowerCase().startsWith('v');
  const parts = (match[1] ?? match[2] ?? '').split('.').map(sayCardinal);
  return (isMarked ? 'version ' : '') + parts.join(' point ');
}

function sayMeasure(match: RegExpExecArray, context: TokenContext): string | null {
  const [prefix, number, tail] = [group(match, 1), group(match, 2), group(match, 3)];
  const unit = UNITS[tail];
  const spoken = (PREFIXES[prefix] ?? '') + sayNumber(number);
  if (unit !== undefined) return `${spoken} ${plain(number) === '1' ? unit[0] : unit[1]}`;
  if (/^(k|K|M|B|bn|mn)$/.test(tail) && !/^v/i.test(context.previous))
    return tail === 'K' ? `${spoken} K` : `${spoken} ${MAGNITUDES[tail.toLowerCase()]}`;
  return null;
}

function sayUnit(match: RegExpExecArray, context: TokenContext): string | null {
  const token = group(match, 1);
  const unit = token in UNITS ? UNITS[token] : undefined;
  if (unit === undefined || !new RegExp(`^[-+~<>±≤≥]?(?:${NUMBER})$`).test(context.previous)) return null;
  return plain(context.previous) === '1' ? unit[0] : unit[1];
}

function sayRoman(match: RegExpExecArray, context: TokenContext): string | null {
  const digits = readRoman(group(match, 1));
  const cue = context.previous.toLowerCase();
  if (digits === null || !/^[A-Za-z]/.test(context.previous)) return null;
  if (RULERS.has(cue) && /^[A-Z]/.test(context.previous)) return `the ${sayOrdinal(digits)}`;
  return ROMAN_CUES.has(cue) ? sayCardinal(digits) : null;
}

function endsInNumber(token: string): boolean {
  return /\d$/.test(token);
}
