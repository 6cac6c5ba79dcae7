import { Resvg } from '@resvg/resvg-js';
import type { FrameSize } from '../../../contracts/media';
import { escapeXml } from '../assembly/rough-cut-card';
import { drawableText } from '../drawable-text';
import { readCaptionFont } from '../font-table';
import { FONT_FAMILY, fontOptions } from '../fonts';
import { captionsFrom } from '../render/overlay';

export interface TitleStyle {
  size: FrameSize;
  /** CSS colour of the bar and of the word that counts. */
  accent: string;
  /** `left` sets the text at the left margin, `centre` in the middle. */
  align: 'left' | 'centre';
}

/** Letters are measured in this size, so that widths can be scaled. */
const PROBE = 100;
const MAX_LINES = 5;
const LEADING = 1.14;
/** What stays free of words above a title, and between it and captions, in frame heights. */
const TOP = 0.14;
const ABOVE_CAPTIONS = 0.02;

/**
 * The words of a title card as a see-through SVG of the frame's size, over a scrim that keeps them readable: in the middle,
 * or as far above it as captions in the picture need.
 */
export function drawTitle(wish: string, style: TitleStyle): string {
  const title = drawableText(wish, readCaptionFont());
  const { size, accent, align } = style;
  const { width, height } = size;
  const u = Math.min(width, height);
  const margin = width * 0.09;
  const lowest = captionsFrom(size) - ABOVE_CAPTIONS * height;
  const room = {
    width: align === 'left' && width > height ? width * 0.68 : width - 2 * margin,
    height: Math.min(height * 0.56, lowest - TOP * height),
  };
  const { lines, letters } = fitLines(title, room, u);
  const block = lines.length * letters * LEADING;
  const start = Math.min((height - block) / 2, lowest - block);
  const top = start + letters * 0.86;
  const x = align === 'left' ? margin : width / 2;
  const key = keyWord(title);
  const text = lines.map(
    (line, at) =>
      `<text x="${x.toFixed(1)}" y="${(top + at * letters * LEADING).toFixed(1)}">${colour(line, key, accent)}</text>`,
  );
  const bar = {
    width: u * 0.11,
    x: align === 'left' ? margin : (width - u * 0.11) / 2,
    y: start - u * 0.065,
  };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">`,
    `<defs><linearGradient id="scrim" x1="0" x2="1"><stop offset="0" stop-color="#05060c" stop-opacity=".72"/><stop offset=".62" stop-color="#05060c" stop-opacity="${align === 'left' && width > height ? 0.34 : 0.66}"/><stop offset="1" stop-color="#05060c" stop-opacity="${align === 'left' && width > height ? 0.08 : 0.62}"/></linearGradient></defs>`,
    `<rect width="${width}" height="${height}" fill="url(#scrim)"/>`,
    `<rect x="${bar.x.toFixed(1)}" y="${bar.y.toFixed(1)}" width="${bar.width.toFixed(1)}" height="${(u * 0.012).toFixed(1)}" rx="${(u * 0.006).toFixed(1)}" fill="${accent}"/>`,
    `<g font-family="${FONT_FAMILY}" font-weight="700" font-size="${letters.toFixed(2)}" letter-spacing="${(-letters * 0.018).toFixed(2)}" fill="#fff" text-anchor="${align === 'left' ? 'start' : 'middle'}">`,
    ...text,
    '</g></svg>',
  ].join('');
}

/** The largest letters whose lines fit the room; among equal ones the fewest lines. */
function fitLines(title: string, room: FrameSize, u: number): { lines: string[]; letters: number } {
  const words = title.split(/\s+/).filter((word) => word !== '');
  const widths = words.map(measure);
  let best = { lines: [title], letters: 0 };
  for (let count = 1; count <= Math.min(MAX_LINES, words.length); count += 1) {
    const lines = breakEvenly(widths, count);
    const widest = Math.max(...lines.map(({ width }) => width));
    const letters = Math.min((room.width / widest) * PROBE, room.height / (count * LEADING), u * 0.165);
    if (letters > best.letters * 1.02)
      best = { lines: lines.map(({ from, to }) => words.slice(from, to).join(' ')), letters };
  }
  return best;
}

interface Line {
  from: number;
  to: number;
  width: number;
}

/** Cuts words into a number of lines so that the widest is as narrow as possible. Titles are short: every cut is tried. */
function breakEvenly(widths: number[], count: number, from = 0): Line[] {
  const width = (to: number) =>
    widths.slice(from, to).reduce((sum, word) => sum + word, 0) + (to - from - 1) * PROBE * 0.26;
  if (count === 1) return [{ from, to: widths.length, width: width(widths.length) }];
  let best: Line[] = [];
  for (let to = from + 1; to <= widths.length - count + 1; to += 1) {
    const lines = [{ from, to, width: width(to) }, ...breakEvenly(widths, count - 1, to)];
    if (best.length === 0 || widest(lines) < widest(best)) best = lines;
  }
  return best;
}

const widest = (lines: Line[]): number => Math.max(...lines.map(({ width }) => width));

function measure(word: string): number {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="9000" height="200"><text x="10" y="120" font-family="${FONT_FAMILY}" font-weight="700" font-size="${PROBE}">${escapeXml(word)}</text></svg>`;
  return new Resvg(svg, { font: fontOptions() }).getBBox()?.width ?? word.length * PROBE * 0.6;
}

/** The figure of a title, else its longest word. */
function keyWord(title: string): string {
  const words = title.split(/\s+/);
  return (
    words.find((word) => /\d/.test(word)) ??
    words.reduce((longest, word) => (word.length > longest.length ? word : longest), '')
  );
}

function colour(line: string, key: string, accent: string): string {
  return line
    .split(' ')
    .map((word) => (word === key ? `<tspan fill="${accent}">${escapeXml(word)}</tspan>` : escapeXml(word)))
    .join(' ');
}
