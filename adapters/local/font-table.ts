import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../contracts/project-root';

/** The file behind the family at weight 600, in which captions are set. */
const CAPTION_FILE = 'Inter-SemiBold.ttf';
/** Format 12 of `cmap`: groups of consecutive characters (OpenType 1.9). */
const SEGMENTED_COVERAGE = 12;
const GROUP_BYTES = 12;

/** What a font says about characters, by code point. */
export interface FontTable {
  has(codePoint: number): boolean;
  /** Width in letter heights, without kerning; 0 of a character that it lacks. */
  widthOf(text: string): number;
}

/** Reads coverage and widths of the font of captions: some milliseconds, so once for a piece of work. */
export function readCaptionFont(): FontTable {
  return parseFont(readFileSync(path.join(projectRoot(), 'assets/fonts', CAPTION_FILE)));
}

/** Reads a TrueType font's character map and advance widths. @throws Error where a table is not there */
export function parseFont(bytes: Buffer): FontTable {
  const glyphs = readGroups(bytes, tableAt(bytes, 'cmap'));
  const unitsPerEm = bytes.readUInt16BE(tableAt(bytes, 'head') + 18);
  const counted = bytes.readUInt16BE(tableAt(bytes, 'hhea') + 34);
  const widths = tableAt(bytes, 'hmtx');
  const glyphOf = (codePoint: number): number => {
    const group = glyphs.find(({ first, last }) => codePoint >= first && codePoint <= last);
    return group ? group.glyph + codePoint - group.first : 0;
  };
  const advance = (glyph: number): number => bytes.readUInt16BE(widths + 4 * Math.min(glyph, counted - 1));
  const widthOf = (text: string): number =>
    [...text].map((letter) => glyphOf(letter.codePointAt(0) ?? 0)).reduce((sum, glyph) => sum + (glyph === 0 ? 0 : advance(glyph) / unitsPerEm), 0);
  return { has: (codePoint) => glyphOf(codePoint) !== 0, widthOf };
}

function tableAt(bytes: Buffer, name: string): number {
  const count = bytes.readUInt16BE(4);
  for (let at = 12; at < 12 + 16 * count; at += 16) {
    if (bytes.toString('latin1', at, at + 4) === name) return bytes.readUInt32BE(at + 8);
  }
  throw new Error(`The font has no table ${name}.`);
}

interface Group {
  first: number;
  last: number;
  /** Of the first character; the others follow one by one. */
  glyph: number;
}

function readGroups(bytes: Buffer, cmap: number): Group[] {
  const count = bytes.readUInt16BE(cmap + 2);
  const tables = Array.from({ length: count }, (_, index) => cmap + bytes.readUInt32BE(cmap + 8 + 8 * index));
  const table = tables.find((at) => bytes.readUInt16BE(at) === SEGMENTED_COVERAGE);
  if (table === undefined) throw new Error('The font has no character map of format 12.');
  return Array.from({ length: bytes.readUInt32BE(table + 12) }, (_, index) => {
    const at = table + 16 + GROUP_BYTES * index;
    return { first: bytes.readUInt32BE(at), last: bytes.readUInt32BE(at + 4), glyph: bytes.readUInt32BE(at + 8) };
  });
}
