import type { Random } from '../random';
import type { Tone } from './tone';

/** One plane of depth. Planes are drawn from back to front, each out of focus by its own amount. */
export interface Layer {
  /** SVG elements, without the root. */
  body: string;
  /** Gaussian sigma as a share of the frame's short side; 0 is sharp. */
  blur: number;
  blend?: 'over' | 'screen';
}

/** What a scene is drawn with. `u` is the short side in pixels: measure with it what must not stretch. */
export interface Sketch {
  w: number;
  h: number;
  u: number;
  random: Random;
  tone: Tone;
}

export type Scene = (sketch: Sketch) => Layer[];

/** A colour along a gradient: position 0..1 and CSS colour. */
export type Stop = [number, string];

const num = (value: number): string => value.toFixed(1);

export function rect(x: number, y: number, w: number, h: number, fill: string, radius = 0): string {
  return `<rect x="${num(x)}" y="${num(y)}" width="${num(Math.max(0, w))}" height="${num(Math.max(0, h))}" rx="${num(radius)}" fill="${fill}"/>`;
}

export function ellipse(cx: number, cy: number, rx: number, ry: number, fill: string): string {
  return `<ellipse cx="${num(cx)}" cy="${num(cy)}" rx="${num(rx)}" ry="${num(ry)}" fill="${fill}"/>`;
}

export function polygon(points: [number, number][], fill: string): string {
  return `<polygon points="${points.map(([x, y]) => `${num(x)},${num(y)}`).join(' ')}" fill="${fill}"/>`;
}

export function stroke(d: string, color: string, width: number): string {
  return `<path d="${d}" fill="none" stroke="${color}" stroke-width="${num(width)}" stroke-linecap="round" stroke-linejoin="round"/>`;
}

/** Defines a gradient from top to bottom (or left to right) of what it fills; use it as `url(#id)`. */
export function linear(id: string, stops: Stop[], across = false): string {
  return `<linearGradient id="${id}" x1="0" y1="0" x2="${across ? 1 : 0}" y2="${across ? 0 : 1}">${writeStops(stops)}</linearGradient>`;
}

export function radial(
  id: string,
  stops: Stop[],
  center: { cx?: number; cy?: number; r?: number } = {},
): string {
  const { cx = 0.5, cy = 0.5, r = 0.5 } = center;
  return `<radialGradient id="${id}" cx="${cx.toFixed(3)}" cy="${cy.toFixed(3)}" r="${r.toFixed(3)}">${writeStops(stops)}</radialGradient>`;
}

function writeStops(stops: Stop[]): string {
  return stops
    .map(
      ([at, color]) =>
        `<stop offset="${at}" stop-color="${toOpaque(color)}" stop-opacity="${toAlpha(color)}"/>`,
    )
    .join('');
}

const toOpaque = (color: string): string => color.replace(/^rgba\((\d+),(\d+),(\d+),.*\)$/, 'rgb($1,$2,$3)');
const toAlpha = (color: string): string => /^rgba\(.*,([\d.]+)\)$/.exec(color)?.[1] ?? '1';

/** A smooth line through points (Catmull-Rom as cubic Béziers), as path data that begins with M. */
export function smooth(points: [number, number][]): string {
  const at = (index: number): [number, number] => points[Math.min(Math.max(index, 0), points.length - 1)]!;
  let d = `M${num(at(0)[0])},${num(at(0)[1])}`;
  for (let index = 0; index < points.length - 1; index += 1) {
    const [p0, p1, p2, p3] = [at(index - 1), at(index), at(index + 1), at(index + 2)];
    const c1 = [p1[0] + (p2[0] - p0[0]) / 6, p1[1] + (p2[1] - p0[1]) / 6];
    const c2 = [p2[0] - (p3[0] - p1[0]) / 6, p2[1] - (p3[1] - p1[1]) / 6];
    d += ` C${num(c1[0]!)},${num(c1[1]!)} ${num(c2[0]!)},${num(c2[1]!)} ${num(p2[0])},${num(p2[1])}`;
  }
  return d;
}

/** A soft round pool of light, its centre as shares of the frame, its reach as a share of the frame's mean side. */
export function lightPool(
  sketch: Sketch,
  light: { color: string; fade: string; cx: number; cy: number; r: number },
): Layer {
  const { color, fade, cx, cy, r } = light;
  const reach = r * Math.sqrt(sketch.w * sketch.h) * 1.15;
  const [x, y] = [sketch.w * cx, sketch.h * cy];
  return {
    body: `<defs>${radial('pool', [
      [0, color],
      [1, fade],
    ])}</defs>${ellipse(x, y, reach, reach, 'url(#pool)')}`,
    blur: 0,
    blend: 'screen',
  };
}

/** Corners a little darker, as a lens does: keeps the eye on the middle. */
export function vignette({ w, h }: Sketch, strength: number): Layer {
  const stops: Stop[] = [
    [0.45, 'rgba(8,8,14,0)'],
    [0.75, `rgba(8,8,14,${(strength * 0.4).toFixed(2)})`],
    [1, `rgba(8,8,14,${strength.toFixed(2)})`],
  ];
  return {
    body: `<defs>${radial('vignette', stops, { r: 0.78, cy: 0.45 })}</defs>${rect(0, 0, w, h, 'url(#vignette)')}`,
    blur: 0,
  };
}

/** Discs of light out of focus. */
export function bokeh(
  sketch: Sketch,
  options: {
    count: number;
    area: [number, number, number, number];
    size: [number, number];
    color: () => string;
    edge: () => string;
  },
): string {
  const { w, h, u, random } = sketch;
  const [x0, y0, x1, y1] = options.area;
  let body = '';
  for (let index = 0; index < options.count; index += 1) {
    const r = u * (options.size[0] + random() ** 2 * (options.size[1] - options.size[0]));
    const [cx, cy] = [w * (x0 + random() * (x1 - x0)), h * (y0 + random() * (y1 - y0))];
    body += `<circle cx="${num(cx)}" cy="${num(cy)}" r="${num(r)}" fill="${options.color()}" stroke="${options.edge()}" stroke-width="${num(u * 0.0018)}"/>`;
  }
  return body;
}

/** A plant: stems that bend outward from one foot, each with leaves. */
export function plant(sketch: Sketch, place: { x: number; y: number; size: number; stems: number }): string {
  const { random, tone } = sketch;
  let body = '';
  for (let index = 0; index < place.stems; index += 1) {
    const angle = -Math.PI / 2 + (index / (place.stems - 1) - 0.5) * 2.1 + (random() - 0.5) * 0.3;
    const length = place.size * (0.6 + random() * 0.5);
    const [ex, ey] = [place.x + Math.cos(angle) * length, place.y + Math.sin(angle) * length];
    const [mx, my] = [place.x + Math.cos(angle) * length * 0.35, place.y - length * 0.55];
    const leaf = tone.paint(0.42 + random() * 0.22, 0.09, 140 + random() * 16);
    const half = place.size * (0.045 + random() * 0.03);
    const [nx, ny] = [-Math.sin(angle) * half, Math.cos(angle) * half];
    body += `<path d="M${num(place.x)},${num(place.y)} Q${num(mx + nx)},${num(my + ny)} ${num(ex)},${num(ey)} Q${num(mx - nx)},${num(my - ny)} ${num(place.x)},${num(place.y)}Z" fill="${leaf}"/>`;
  }
  return body;
}
