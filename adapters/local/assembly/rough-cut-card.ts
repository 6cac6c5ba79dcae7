import type { FrameSize } from '../../../contracts/media';
import type { FontTable } from '../font-table';
import { FONT_FAMILY } from '../fonts';

export interface RoughCard {
  size: FrameSize;
  /** Top left, e.g. `Scene 2 of 5`. */
  label: string;
  /** Top right, e.g. `0:06 – 0:12`. */
  time: string;
  lines: string[];
  /** Says how wide a line is. */
  font: FontTable;
}

/** See-through picture over a rough cut: what scene this is, its place in the film, and the words being said. */
export function drawRoughCard({ size, label, time, lines, font }: RoughCard): string {
  const { width, height } = size;
  const unit = Math.min(width, height) / 270;
  const text = lines.map((line, at) => drawLine(line, { size, unit, font, fromBottom: lines.length - 1 - at }));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="${FONT_FAMILY}">`,
    `<rect x="${8 * unit}" y="${8 * unit}" width="${(label.length * 6.3 + 14) * unit}" height="${19 * unit}" rx="${9.5 * unit}" fill="#000" fill-opacity=".55"/>`,
    `<text x="${15 * unit}" y="${21.3 * unit}" font-size="${11 * unit}" font-weight="600" fill="#fff">${escapeXml(label)}</text>`,
    `<text x="${width - 10 * unit}" y="${21.3 * unit}" font-size="${10 * unit}" text-anchor="end" fill="#fff" stroke="#000" stroke-opacity=".6" stroke-width="${2 * unit}" paint-order="stroke">${escapeXml(time)}</text>`,
    ...text,
    '</svg>',
  ].join('');
}

interface LinePlace {
  size: FrameSize;
  unit: number;
  font: FontTable;
  fromBottom: number;
}

/** A line that is shorter than this, in letter heights, is set no larger than one of this width. */
const SHORTEST = 13.4;

/** Upright films are narrow: the letters shrink until the line fits, with its rim. */
function drawLine(line: string, { size, unit, font, fromBottom }: LinePlace): string {
  const rim = 3 * unit;
  const letters = Math.min(14 * unit, (size.width * 0.94 - rim) / Math.max(font.widthOf(line), SHORTEST));
  const y = size.height - 18 * unit - fromBottom * letters * 1.25;
  return `<text x="${size.width / 2}" y="${y.toFixed(1)}" font-size="${letters.toFixed(2)}" font-weight="600" text-anchor="middle" fill="#fff" stroke="#000" stroke-opacity=".75" stroke-width="${rim}" stroke-linejoin="round" paint-order="stroke">${escapeXml(line)}</text>`;
}

/** Text as XML, without the characters that XML 1.0 cannot hold. */
export function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}
