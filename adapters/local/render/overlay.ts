import { Resvg } from '@resvg/resvg-js';
import type { FrameSize } from '../../../contracts/media';
import { LINE_LENGTH } from '../assembly/cues';
import { drawableLines, drawableText } from '../drawable-text';
import { readCaptionFont, type FontTable } from '../font-table';
import { fontOptions, FONT_FAMILY } from '../fonts';

/** A bitmap that lies over the picture for some time; RGBA, premultiplied. */
export interface Overlay {
  width: number;
  height: number;
  rgba: Uint8Array;
  left: number;
  top: number;
}

/** Where text may stand, in shares of the frame, and how large its letters are in frame pixels. */
export interface SafeArea {
  side: number;
  bottom: number;
  letter: number;
}

/** Mean width of a letter of the shipped font at weight 600, in letter heights. */
const LETTER_WIDTH = 0.56;
const LINE_HEIGHT = 1.28;
/** Width of the dark rim around letters, in letter heights. */
const RIM = 0.17;
/** A caption may reach this little into the margin. */
const TOLERANCE = 0.95;

/**
 * Safe area by the frame's shape. Upright films are watched in players that lay their buttons over the lowest fifth;
 * landscape ones keep the title-safe margins of EBU R 95.
 */
export function safeArea({ width, height }: FrameSize): SafeArea {
  const shape = width / height;
  if (shape < 0.7) return { side: 0.08, bottom: 0.2, letter: width * 0.056 };
  if (shape < 1.1) return { side: 0.07, bottom: 0.09, letter: width * 0.05 };
  return { side: 0.1, bottom: 0.075, letter: height * 0.054 };
}

/** Where the tallest caption begins, in frame pixels from the top: what is to be read beside captions ends above. */
export function captionsFrom(frame: FrameSize): number {
  const { letter, bottom } = safeArea(frame);
  const lines = Math.max(2, Math.ceil((2 * LINE_LENGTH) / lettersPerLine(frame)));
  return Math.round(frame.height * (1 - bottom)) - captionHeight(lines, letter);
}

/** SVG content of a caption and the rows of the frame that it takes: its y counts from `top`. */
export interface CaptionMarkup {
  content: string;
  top: number;
  height: number;
}

/** A caption as one bitmap: white letters with a dark rim, centred above the lower edge of the safe area. */
export function drawCaption(text: string, frame: FrameSize, font?: FontTable): Overlay {
  const { content, top, height } = captionMarkup(text, frame, font);
  return { ...drawSvg({ width: frame.width, height }, content), left: 0, top };
}

/** The same caption before it is drawn; without content where the font has nothing of it. */
export function captionMarkup(text: string, frame: FrameSize, font: FontTable = readCaptionFont()): CaptionMarkup {
  const area = safeArea(frame);
  const room = lettersPerLine(frame);
  const given = drawableLines(text.split('\n'), font);
  // Cues come in lines for wide frames; where one does not fit, all are broken anew.
  const lines = given.some((line) => line.length > room) ? wrap(given.join(' '), room) : given;
  const letter = fittingLetter(lines, frame, font);
  const line = letter * LINE_HEIGHT;
  const height = captionHeight(lines.length, letter);
  const spans = lines.map((words, i) => {
    const y = (i + 1) * line;
    return `<text x="${frame.width / 2}" y="${y.toFixed(1)}" text-anchor="middle">${escapeText(words)}</text>`;
  });
  const style = `font-family="${FONT_FAMILY}" font-weight="600" font-size="${letter.toFixed(2)}" fill="#fff"`;
  const rim = `stroke="#000" stroke-opacity=".78" stroke-width="${(letter * RIM).toFixed(2)}" stroke-linejoin="round" paint-order="stroke"`;
  const top = Math.round(frame.height * (1 - area.bottom)) - height;
  return { content: `<g ${style} ${rim}>${spans.join('')}</g>`, top, height };
}

/** Lines hold so many letters as fit on average; where those are wider (capitals), they are set smaller, so that none leaves the frame. */
function fittingLetter(lines: readonly string[], frame: FrameSize, font: FontTable): number {
  const { side, letter } = safeArea(frame);
  const widest = Math.max(1, ...lines.map((line) => font.widthOf(line)));
  return Math.min(letter, (frame.width * (1 - 2 * side * TOLERANCE)) / (widest + RIM));
}

function lettersPerLine(frame: FrameSize): number {
  const { side, letter } = safeArea(frame);
  return Math.floor((frame.width * (1 - 2 * side)) / (letter * LETTER_WIDTH));
}

function captionHeight(lines: number, letter: number): number {
  return Math.ceil(lines * letter * LINE_HEIGHT + letter * 0.5);
}

/** A name in the upper right corner, half transparent. */
export function drawWatermark(text: string, frame: FrameSize): Overlay {
  const area = safeArea(frame);
  const letter = area.letter * 0.58;
  const height = Math.ceil(letter * 1.8);
  const x = frame.width * (1 - area.side * 0.6);
  const style = `font-family="${FONT_FAMILY}" font-weight="600" font-size="${letter.toFixed(2)}" fill="#fff" fill-opacity=".72"`;
  const rim = `stroke="#000" stroke-opacity=".35" stroke-width="${(letter * 0.12).toFixed(2)}" paint-order="stroke"`;
  const mark = `<text x="${x.toFixed(1)}" y="${(letter * 1.2).toFixed(1)}" text-anchor="end" ${style} ${rim}>${escapeText(drawableText(text, readCaptionFont()))}</text>`;
  const bitmap = drawSvg({ width: frame.width, height }, mark);
  return { ...bitmap, left: 0, top: Math.round(frame.height * 0.045) };
}

/** Breaks a line so that none is longer than `room` letters and all are about as long: between words, and in those that need it. */
export function wrap(line: string, room: number): string[] {
  const most = Math.max(1, room);
  const words = line.split(/\s+/).flatMap((word) => splitEvenly(word, most));
  const { length } = words.join(' ');
  const even = Math.max(most * 0.6, length / Math.ceil(length / most));
  const lines: string[] = [];
  for (const word of words) {
    const current = lines.at(-1);
    const longer = current === undefined ? word : `${current} ${word}`;
    const fits = current !== undefined && longer.length <= most && current.length + word.length / 2 <= even;
    if (fits) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** A word in the fewest pieces of at most `most` letters, all about as long. */
function splitEvenly(word: string, most: number): string[] {
  const letters = [...word];
  const count = Math.ceil(letters.length / most);
  const border = (piece: number): number => Math.round((piece * letters.length) / count);
  return Array.from({ length: count }, (_, piece) => letters.slice(border(piece), border(piece + 1)).join(''));
}

/** Draws SVG content; resvg hands out premultiplied pixels, as the rasteriser wants them. */
function drawSvg(size: FrameSize, content: string): { width: number; height: number; rgba: Uint8Array } {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}">${content}</svg>`;
  const image = new Resvg(svg, { font: fontOptions(), shapeRendering: 2, textRendering: 1 }).render();
  return { width: image.width, height: image.height, rgba: new Uint8Array(image.pixels) };
}

/** Text as XML, without the characters that XML 1.0 cannot hold. */
function escapeText(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;');
}
