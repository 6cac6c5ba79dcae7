import { Resvg } from '@resvg/resvg-js';
import sharp from 'sharp';
import { FONT_FAMILY, fontOptions } from '../../adapters/local/fonts';
import type { Moment, MomentKind } from './moments';

/** A small picture of one moment, PNG. */
export interface Tile {
  moment: Moment;
  picture: Buffer;
}

const SHEET = { width: 1920, margin: 32, gap: 12, caption: 26, header: 64 };
const INK = '#22252a';
const PAPER = '#f6f5f2';
const COLOURS: Record<MomentKind, string> = { sentence: '#2f6f4f', closure: '#a1442f', opening: '#8a5a1c', transition: '#3b5a9a', sample: '#6b6f76' };

/** Size of a tile: frames of any shape fill the sheet's width. */
export function tileSize(frame: { width: number; height: number }): { width: number; height: number; columns: number } {
  const columns = frame.width > frame.height ? 6 : frame.width === frame.height ? 8 : 9;
  const width = Math.floor((SHEET.width - 2 * SHEET.margin - (columns - 1) * SHEET.gap) / columns);
  return { width, height: Math.round((width * frame.height) / frame.width), columns };
}

/** All tiles on one sheet, PNG, in order of time, each with its second, its kind and what it shows. */
export async function drawContactSheet(
  tiles: readonly Tile[],
  sheet: { title: string; frame: { width: number; height: number }; fps: number },
): Promise<Buffer> {
  const size = tileSize(sheet.frame);
  const rows = Math.ceil(tiles.length / size.columns);
  const height = SHEET.header + 2 * SHEET.margin + rows * (size.height + SHEET.caption + SHEET.gap);
  const places = tiles.map((_, at) => ({
    left: SHEET.margin + (at % size.columns) * (size.width + SHEET.gap),
    top: SHEET.header + SHEET.margin + Math.floor(at / size.columns) * (size.height + SHEET.caption + SHEET.gap),
  }));
  const captions = tiles.map(({ moment }, at) => drawCaption(moment, { ...places[at]!, width: size.width, below: size.height, fps: sheet.fps }));
  const title = `<text x="${SHEET.margin}" y="58" font-size="26" font-weight="600" fill="${INK}">${escapeXml(sheet.title)}</text>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${SHEET.width}" height="${height}" font-family="${FONT_FAMILY}">${title}${captions.join('')}</svg>`;
  const letters = new Resvg(svg, { font: fontOptions() }).render().asPng();
  const paper = sharp({ create: { width: SHEET.width, height, channels: 3, background: PAPER } });
  const pictures = tiles.map(({ picture }, at) => ({ input: picture, ...places[at]! }));
  return paper.composite([...pictures, { input: letters, left: 0, top: 0 }]).removeAlpha().png({ compressionLevel: 9 }).toBuffer();
}

interface CaptionPlace {
  left: number;
  top: number;
  width: number;
  below: number;
  fps: number;
}

function drawCaption({ frame, kind, label }: Moment, { left, top, width, below, fps }: CaptionPlace): string {
  const y = top + below + 18;
  const fits = Math.max(4, Math.floor(width / 9) - 8);
  const words = label.length > fits ? `${label.slice(0, fits - 1)}…` : label;
  const second = (frame / fps).toFixed(2);
  return (
    `<rect x="${left}" y="${top + below}" width="${width}" height="3" fill="${COLOURS[kind]}"/>` +
    `<text x="${left}" y="${y + 2}" font-size="14" font-weight="600" fill="${COLOURS[kind]}">${escapeXml(words || kind)}</text>` +
    `<text x="${left + width}" y="${y + 2}" font-size="13" fill="${INK}" text-anchor="end">${second} s</text>`
  );
}

function escapeXml(text: string): string {
  return text.replace(/[\u0000-\u001f]/g, ' ').replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
