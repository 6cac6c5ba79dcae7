/** Letters and signs that Unicode does not take apart by itself. */
const FOLDED: Record<string, string> = {
  '‘': "'",
  '’': "'",
  '‚': "'",
  '‛': "'",
  '′': "'",
  '`': "'",
  '´': "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '«': '"',
  '»': '"',
  '″': '"',
  '–': '-',
  '—': '-',
  '―': '-',
  '‐': '-',
  '‑': '-',
  '−': '-',
  '×': 'x',
  '÷': '/',
  '⁄': '/',
  '•': ' ',
  '·': ' ',
  ß: 'ss',
  æ: 'ae',
  Æ: 'AE',
  œ: 'oe',
  Œ: 'OE',
  ø: 'o',
  Ø: 'O',
  đ: 'd',
  Đ: 'D',
  ð: 'd',
  Ð: 'D',
  þ: 'th',
  Þ: 'Th',
  ł: 'l',
  Ł: 'L',
  ı: 'i',
  ħ: 'h',
  Ħ: 'H',
};

/** Accents, zero-width characters, variation selectors and soft hyphens: nothing that is heard. */
const SILENT_MARKS = /[\p{Mn}\p{Cf}\u00ad]/gu;

/**
 * Writes Latin text with ASCII characters only: no accents, straight quotes, plain dashes. Characters without an ASCII
 * form (other scripts, emoji) stay, so that the caller can see and report them.
 */
export function foldToAscii(text: string): string {
  const decomposed = text.normalize('NFKD').replace(SILENT_MARKS, '');
  return Array.from(decomposed, (character) => FOLDED[character] ?? character).join('');
}
