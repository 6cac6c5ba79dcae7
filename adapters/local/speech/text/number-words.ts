const SMALL = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
  'thirteen',
  'fourteen',
  'fifteen',
  'sixteen',
  'seventeen',
  'eighteen',
  'nineteen',
];
const TENS = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
const SCALES = ['', ' thousand', ' million', ' billion', ' trillion'];
const IRREGULAR_ORDINALS: Record<string, string> = {
  one: 'first',
  two: 'second',
  three: 'third',
  five: 'fifth',
  eight: 'eighth',
  nine: 'ninth',
  twelve: 'twelfth',
};

/** Digits one by one: "07" is "zero seven". */
export function sayDigits(digits: string): string {
  return Array.from(digits, (digit) => SMALL[Number(digit)] ?? '')
    .join(' ')
    .trim();
}

/** A whole number in words, American style without "and"; beyond trillions, or with a leading zero, digit by digit. */
export function sayCardinal(digits: string): string {
  if (digits.length > 15 || /^0\d/.test(digits)) return sayDigits(digits);
  if (/^0*$/.test(digits)) return 'zero';
  const groups = digits.replace(/\B(?=(\d{3})+$)/g, ' ').split(' ');
  const spoken = groups.map((group, place) => {
    const words = sayBelowThousand(Number(group));
    return words && words + (SCALES[groups.length - 1 - place] ?? '');
  });
  return spoken.filter(Boolean).join(' ');
}

/** "4.50" is "four point five zero". */
export function sayDecimal(whole: string, fraction: string): string {
  return `${sayCardinal(whole || '0')} point ${sayDigits(fraction)}`;
}

/** 21 is "twenty first". */
export function sayOrdinal(digits: string): string {
  return inflectLast(sayCardinal(digits), (last) => {
    const irregular = IRREGULAR_ORDINALS[last];
    if (irregular !== undefined) return irregular;
    return last.endsWith('y') ? `${last.slice(0, -1)}ieth` : `${last}th`;
  });
}

/** 1984 is "nineteen eighty four", 2009 "two thousand nine", 1905 "nineteen oh five". Four digits. */
export function sayYear(digits: string): string {
  const century = digits.slice(0, 2);
  const rest = Number(digits.slice(2));
  if (digits[1] === '0' && rest < 10) return sayCardinal(digits);
  if (rest === 0) return `${sayCardinal(century)} hundred`;
  return `${sayCardinal(century)} ${rest < 10 ? `oh ${SMALL[rest]}` : sayBelowThousand(rest)}`;
}

/** "1990s" is "nineteen nineties", "80s" is "eighties". */
export function sayDecade(digits: string): string {
  const spoken = digits.length === 4 ? sayYear(digits) : sayCardinal(digits);
  return inflectLast(spoken, (last) => (last.endsWith('y') ? `${last.slice(0, -1)}ies` : `${last}s`));
}

/** Value of a Roman numeral between 2 and 39 as digits, null for anything else. */
export function readRoman(text: string): string | null {
  const match = /^(X{0,3})(IX|IV|V?I{0,3})$/.exec(text);
  if (match === null || text === '' || text === 'I') return null;
  const tens = (match[1] ?? '').length * 10;
  const units = ['', 'I', 'II', 'III', 'IV', 'V', 'VI', 'VII', 'VIII', 'IX'].indexOf(match[2] ?? '');
  return String(tens + units);
}

function sayBelowThousand(value: number): string {
  if (value === 0) return '';
  if (value < 20) return SMALL[value] ?? '';
  if (value < 100)
    return [TENS[Math.floor(value / 10)], sayBelowThousand(value % 10)].filter(Boolean).join(' ');
  return [`${SMALL[Math.floor(value / 100)]} hundred`, sayBelowThousand(value % 100)]
    .filter(Boolean)
    .join(' ');
}

function inflectLast(words: string, inflect: (last: string) => string): string {
  const parts = words.split(' ');
  const last = parts.pop() ?? '';
  return [...parts, inflect(last)].join(' ');
}
