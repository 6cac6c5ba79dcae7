import { Resvg } from '@resvg/resvg-js';
import { FONT_FAMILY, fontOptions } from '../fonts';
import type { Swatch } from './palette';

/** Sizes of the sheet in pixels: four columns, three rows; the palette takes the last place. */
export const SHEET = {
  width: 2040,
  height: 1764,
  side: 84,
  top: 150,
  cell: 444,
  gap: 32,
  row: 526,
  columns: 4,
} as const;
const PAPER = '#f6f5f2';
const INK = '#22252a';
const FAINT = '#8a8d93';
const HAIRLINE = '#dcdad4';
const RADIUS = 14;

/** Upper left corner of the n-th place, counted from 0. */
export function placeOf(index: number): { left: number; top: number } {
  const column = index % SHEET.columns;
  const row = Math.floor(index / SHEET.columns);
  return { left: SHEET.side + column * (SHEET.cell + SHEET.gap), top: SHEET.top + row * SHEET.row };
}

/** Everything on the sheet but the views: paper with rounded windows, title, captions, palette. PNG with alpha. */
export function drawSheetFrame(content: { title: string; labels: string[]; palette: Swatch[] }): Buffer {
  const { width, height } = SHEET;
  const windows = content.labels.map((_, index) => roundedRect(placeOf(index))).join('');
  const body = [
    `<path fill-rule="evenodd" fill="${PAPER}" d="M0 0H${width}V${height}H0Z${windows}"/>`,
    `<path fill="none" stroke="${HAIRLINE}" stroke-width="2" d="${windows}"/>`,
    ...drawHeader(content.title, content.labels.length),
    ...content.labels.map(drawCaption),
    ...drawPalette(content.palette, placeOf(content.labels.length)),
  ];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="${FONT_FAMILY}">${body.join('')}</svg>`;
  return new Resvg(svg, { font: fontOptions() }).render().asPng();
}

function roundedRect({ left, top }: { left: number; top: number }): string {
  const length = SHEET.cell - 2 * RADIUS;
  const corner = (x: number, y: number) => `a${RADIUS} ${RADIUS} 0 0 1 ${x} ${y}`;
  const start = `M${left + RADIUS} ${top}h${length}${corner(RADIUS, RADIUS)}`;
  return `${start}v${length}${corner(-RADIUS, RADIUS)}h${-length}${corner(-RADIUS, -RADIUS)}v${-length}${corner(RADIUS, -RADIUS)}z`;
}

function drawHeader(title: string, views: number): string[] {
  const right = SHEET.width - SHEET.side;
  return [
    `<text x="${SHEET.side}" y="84" font-size="44" font-weight="600" fill="${INK}" letter-spacing="-0.6">Character sheet</text>`,
    `<text x="${SHEET.side}" y="120" font-size="22" fill="${FAINT}">${escapeXml(shorten(title))}</text>`,
    `<text x="${right}" y="84" font-size="22" fill="${INK}" text-anchor="end">${views} views</text>`,
    `<text x="${right}" y="120" font-size="22" fill="${FAINT}" text-anchor="end">Synthetic, drawn from one photo</text>`,
  ];
}

function drawCaption(label: string, index: number): string {
  const { left, top } = placeOf(index);
  const number = String(index + 1).padStart(2, '0');
  const y = top + SHEET.cell + 36;
  return (
    `<text x="${left + 2}" y="${y}" font-size="22" font-weight="600" fill="${INK}">${escapeXml(label)}</text>` +
    `<text x="${left + SHEET.cell - 2}" y="${y}" font-size="20" fill="${FAINT}" text-anchor="end">${number}</text>`
  );
}

/** Two columns of colour fields, name and value below each. */
function drawPalette(palette: Swatch[], { left, top }: { left: number; top: number }): string[] {
  const gap = 16;
  const wide = (SHEET.cell - gap) / 2;
  const rows = Math.max(1, Math.ceil(palette.length / 2));
  const step = (SHEET.cell + 48) / rows;
  const fieldHeight = step - 70;
  return palette.map(({ name, hex }, index) => {
    const x = left + (index % 2) * (wide + gap);
    const y = top + Math.floor(index / 2) * step;
    return (
      `<rect x="${x + 1}" y="${y + 1}" width="${wide - 2}" height="${fieldHeight}" rx="${RADIUS}" fill="${hex}" stroke="${HAIRLINE}" stroke-width="2"/>` +
      `<text x="${x + 2}" y="${y + fieldHeight + 28}" font-size="20" font-weight="600" fill="${INK}">${escapeXml(name)}</text>` +
      `<text x="${x + 2}" y="${y + fieldHeight + 52}" font-size="18" fill="${FAINT}">${hex.toUpperCase()}</text>`
    );
  });
}

function shorten(text: string): string {
  return text.length > 90 ? `${text.slice(0, 89)}…` : text;
}

function escapeXml(text: string): string {
  const names: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&apos;',
  };
  // Control characters may not stand in XML at all.
  return text.replace(/[\u0000-\u001f]/g, ' ').replace(/[&<>"']/g, (char) => names[char] ?? char);
}
