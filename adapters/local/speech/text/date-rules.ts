import { sayCardinal, sayDecade, sayOrdinal, sayYear } from './number-words';
import { group, spell } from './rule';
import type { Rule, TokenContext } from './rule';
import { MONTHS, MONTH_SHORT, YEAR_CUES } from './word-tables';

/** Dates, times of day, years and decades. 3/4/2025 is read the American way, 25/4/2025 the only way it can be. */
export const DATE_RULES: readonly Rule[] = [
  {
    name: 'ISO date',
    pattern: /^(\d{4})-(\d{2})-(\d{2})(?:T.*)?$/,
    say: (match) => sayDate(group(match, 1), group(match, 2), group(match, 3)),
  },
  {
    name: 'slashed date',
    pattern: /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/,
    say: (match) =>
      sayDate(group(match, 3), group(match, 1), group(match, 2)) ??
      sayDate(group(match, 3), group(match, 2), group(match, 1)),
  },
  {
    name: 'dotted date',
    pattern: /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/,
    say: (match) => sayDate(group(match, 3), group(match, 2), group(match, 1)),
  },
  {
    name: 'time of day',
    pattern: /^(\d{1,2}):(\d{2})(?::(\d{2}))?([ap])?\.?m?$/i,
    say: sayTime,
  },
  {
    name: 'hour with am or pm',
    pattern: /^(\d{1,2})([ap])\.?m$/i,
    say: (match) => `${sayCardinal(group(match, 1))} ${spell(group(match, 2))} M`,
  },
  { name: 'am or pm', pattern: /^([ap])\.?m$/i, say: sayHalfOfDay },
  { name: 'decade', pattern: /^'?(\d0|1\d\d0|20\d0)'?s$/, say: (match) => sayDecade(group(match, 1)) },
  { name: 'day of a month', pattern: /^([0-3]?\d)$/, say: sayDayOfMonth },
  { name: 'year', pattern: /^((?:1[1-9]|20)\d\d)$/, say: sayPlainYear },
  { name: 'short month', pattern: /^([A-Z][a-z]{2,3})$/, say: sayShortMonth },
];

function sayDate(year: string, month: string, day: string): string | null {
  const name = MONTHS[Number(month) - 1];
  if (name === undefined || Number(day) < 1 || Number(day) > 31) return null;
  return `${name} ${sayOrdinal(String(Number(day)))} ${sayYear(year)}`;
}

function sayTime(match: RegExpExecArray, context: TokenContext): string | null {
  const hour = Number(group(match, 1));
  const minute = group(match, 2);
  if (hour > 24 || Number(minute) > 59) return null;
  const half = match[4] === undefined ? '' : ` ${spell(match[4])} M`;
  const hasHalf = half !== '' || /^[ap]\.?m$/i.test(context.next);
  const spokenHour = sayCardinal(String(hour));
  if (minute === '00' && match[3] === undefined)
    return spokenHour + (hasHalf ? half : hour > 12 || hour === 0 ? ' hundred' : " o'clock");
  const spokenMinute = minute.startsWith('0') ? `oh ${sayCardinal(minute.slice(1))}` : sayCardinal(minute);
  const second = match[3] === undefined ? '' : ` and ${sayCardinal(String(Number(match[3])))} seconds`;
  return `${spokenHour} ${spokenMinute}${second}${half}`;
}

function sayHalfOfDay(match: RegExpExecArray, context: TokenContext): string | null {
  const isWord = /^am$/i.test(group(match, 0)) && !/^\d/.test(context.previous);
  return isWord ? null : `${spell(group(match, 1))} M`;
}

function sayDayOfMonth(match: RegExpExecArray, context: TokenContext): string | null {
  const day = Number(group(match, 1));
  if (day < 1 || day > 31) return null;
  if (isMonth(context.previous)) return sayOrdinal(String(day));
  return isMonth(context.next) && /^[A-Z]/.test(context.next) ? `the ${sayOrdinal(String(day))} of` : null;
}

function sayPlainYear(match: RegExpExecArray, context: TokenContext): string | null {
  const digits = group(match, 1);
  const isCued =
    YEAR_CUES.has(context.previous.toLowerCase()) ||
    isMonth(context.previous) ||
    /^\d{1,2}(st|nd|rd|th)?$/.test(context.previous);
  return isCued || Number(digits) >= 1900 ? sayYear(digits) : null;
}

function sayShortMonth(match: RegExpExecArray, context: TokenContext): string | null {
  const name = MONTH_SHORT[group(match, 1).toLowerCase()];
  const hasDay =
    /^\d{1,4}(st|nd|rd|th)?$/.test(context.next) || /^\d{1,2}(st|nd|rd|th)?$/.test(context.previous);
  return name !== undefined && (context.dotted || hasDay) ? name : null;
}

function isMonth(token: string): boolean {
  const lower = token.toLowerCase();
  return MONTHS.includes(lower) || lower in MONTH_SHORT;
}
