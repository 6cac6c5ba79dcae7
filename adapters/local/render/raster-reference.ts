import { TRIANGLE_FLOATS } from './rasteriser';

/**
 * assets/raster/raster.ts once more, in plain TypeScript: slow, and easy to read. Tests hold the compiled module
 * against it, and `Math.fround` stands where the original computes in 32-bit floats.
 */
export interface Picture {
  width: number;
  height: number;
  /** RGBA, premultiplied. */
  rgba: Uint8Array;
}

const f = Math.fround;
const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

/** Bilinear sample at (u, v) in 1/65536 texels, each step rounded down to 8 bits as the wide registers do. */
function sample(texture: Picture, u: number, v: number): number[] {
  const at = ((v >> 16) * texture.width + (u >> 16)) * 4;
  const fx = (u >> 8) & 255;
  const fy = (v >> 8) & 255;
  const pitch = texture.width * 4;
  const column = (offset: number): number =>
    ((texture.rgba[offset] ?? 0) * (256 - fy) + (texture.rgba[offset + pitch] ?? 0) * fy) >> 8;
  return [0, 1, 2, 3].map((c) => (column(at + c) * (256 - fx) + column(at + 4 + c) * fx) >> 8);
}

function put(target: Picture, at: number, pixel: number[], share: number): void {
  pixel.forEach((value, c) => {
    target.rgba[at + c] = Math.min(255, value + (((target.rgba[at + c] ?? 0) * share) >> 8));
  });
}

interface Corner {
  x: number;
  y: number;
  u: number;
  v: number;
}

/** Where an edge crosses the line y = cy, or null. */
function crossing(a: Corner, b: Corner, cy: number): number | null {
  if (a.y <= cy === b.y <= cy) return null;
  return f(a.x + f(f(f(cy - a.y) * f(b.x - a.x)) / f(b.y - a.y)));
}

/** How u and v change by one pixel to the right and one down; null for a triangle without area. */
function gradients([a, b, c]: [Corner, Corner, Corner]): {
  ux: number;
  uy: number;
  vx: number;
  vy: number;
} | null {
  const [dx1, dy1, dx2, dy2] = [f(b.x - a.x), f(b.y - a.y), f(c.x - a.x), f(c.y - a.y)];
  const area = f(f(dx1 * dy2) - f(dx2 * dy1));
  if (Math.abs(area) < 1e-6) return null;
  const inverse = f(1 / area);
  const across = (d1: number, d2: number): number => f(f(f(d1 * dy2) - f(d2 * dy1)) * inverse);
  const down = (d1: number, d2: number): number => f(f(f(d2 * dx1) - f(d1 * dx2)) * inverse);
  const [du1, du2, dv1, dv2] = [f(b.u - a.u), f(c.u - a.u), f(b.v - a.v), f(c.v - a.v)];
  return { ux: across(du1, du2), uy: down(du1, du2), vx: across(dv1, dv2), vy: down(dv1, dv2) };
}

function drawSpan(
  target: Picture,
  texture: Picture,
  span: { y: number; from: number; to: number; start: [number, number]; slope: [number, number] },
): void {
  const last = span.to - span.from - 1;
  const share = last > 0 ? f(65536 / last) : 0;
  const limits = [f(f(texture.width - 2) + f(0.996)), f(f(texture.height - 2) + f(0.996))];
  const ends = [0, 1].map((i) => {
    const a = clamp(span.start[i] ?? 0, 0, limits[i] ?? 0);
    const b = clamp(f((span.start[i] ?? 0) + f((span.slope[i] ?? 0) * last)), 0, limits[i] ?? 0);
    return { value: Math.trunc(f(a * 65536)), step: Math.trunc(f(f(b - a) * share)) };
  });
  for (let x = span.from; x < span.to; x++) {
    const [u, v] = ends.map((end) => end.value + end.step * (x - span.from));
    const pixel = sample(texture, u ?? 0, v ?? 0);
    const alpha = pixel[3] ?? 0;
    if (alpha > 0) put(target, (span.y * target.width + x) * 4, pixel, alpha >= 254 ? 0 : 256 - alpha);
  }
}

function drawTriangle(target: Picture, texture: Picture, corners: [Corner, Corner, Corner]): void {
  const slopes = gradients(corners);
  if (!slopes) return;
  const [a, b, c] = corners;
  const top = Math.max(0, Math.ceil(f(Math.min(a.y, b.y, c.y) - 0.5)));
  const end = Math.min(target.height, Math.ceil(f(Math.max(a.y, b.y, c.y) - 0.5)));
  for (let y = top; y < end; y++) {
    const cy = y + 0.5;
    const hits = [crossing(a, b, cy), crossing(b, c, cy), crossing(c, a, cy)].filter((x) => x !== null);
    const from = Math.max(0, Math.ceil(f(Math.max(Math.min(...hits), -1) - 0.5)));
    const to = Math.min(target.width, Math.ceil(f(Math.min(Math.max(...hits), target.width + 1) - 0.5)));
    if (from >= to) continue;
    const [ox, oy] = [f(from + 0.5 - a.x), f(cy - a.y)];
    const start = (at: number, dx: number, dy: number): number => f(f(f(at + f(ox * dx)) + f(oy * dy)) - 0.5);
    const begin: [number, number] = [start(a.u, slopes.ux, slopes.uy), start(a.v, slopes.vx, slopes.vy)];
    drawSpan(target, texture, { y, from, to, start: begin, slope: [slopes.ux, slopes.vx] });
  }
}

/** See `drawTriangles` in assets/raster/raster.ts. */
export function referenceTriangles(target: Picture, texture: Picture, triangles: Float32Array): void {
  for (let i = 0; i + TRIANGLE_FLOATS <= triangles.length; i += TRIANGLE_FLOATS) {
    const corner = (k: number): Corner => {
      const at = i + k * 2;
      return { x: triangles[at]!, y: triangles[at + 1]!, u: triangles[at + 6]!, v: triangles[at + 7]! };
    };
    drawTriangle(target, texture, [corner(0), corner(1), corner(2)]);
  }
}

/** One plane of a picture. */
export interface Plane {
  width: number;
  height: number;
  data: Uint8Array;
}

/** See `scalePlane`; rows are mixed and rounded before columns. */
export function referenceScaled(target: Plane, source: Plane, [u, v, step]: [number, number, number]): void {
  const mixed = (a: number, b: number, share: number): number => (a * (256 - share) + b * share + 128) >> 8;
  for (let y = 0; y < target.height; y++) {
    for (let x = 0; x < target.width; x++) {
      const [atX, atY] = [u + x * step, v + y * step];
      const at = (atY >> 16) * source.width + (atX >> 16);
      const column = (i: number): number =>
        mixed(source.data[i] ?? 0, source.data[i + source.width] ?? 0, (atY >> 8) & 255);
      target.data[y * target.width + x] = mixed(column(at), column(at + 1), (atX >> 8) & 255);
    }
  }
}

/** See `toYuva`. */
export function referenceYuva({ width, height, rgba }: Picture): Picture {
  const yuva = new Uint8Array(rgba.length);
  for (let i = 0; i < rgba.length; i += 4) {
    const [r = 0, g = 0, b = 0, alpha = 0] = rgba.subarray(i, i + 4);
    const grey = Math.round((alpha * 128) / 255);
    yuva[i] = ((47 * r + 157 * g + 16 * b + 128) >> 8) + Math.round((alpha * 16) / 255);
    yuva[i + 1] = clamp(((-26 * r - 87 * g + 113 * b + 128) >> 8) + grey, 0, 255);
    yuva[i + 2] = clamp(((113 * r - 102 * g - 11 * b + 128) >> 8) + grey, 0, 255);
    yuva[i + 3] = alpha;
  }
  return { width, height, rgba: yuva };
}

/** See `layOver`: planes Y, U, V of a picture of `size` one after the other, under the whole of a YUVA layer. */
export function referenceLayOver(
  planes: Uint8Array,
  { size, layer, left, top, strength }: { size: { width: number; height: number }; layer: Picture; left: number; top: number; strength: number },
): void {
  const weight = Math.round(strength * 256);
  const luma = size.width * size.height;
  const channel = (x: number, y: number, c: number): number =>
    ((layer.rgba[(y * layer.width + x) * 4 + c] ?? 0) * weight) >> 8;
  const lay = (at: number, value: number, alpha: number): void => {
    planes[at] = Math.min(255, value + (((planes[at] ?? 0) * (256 - alpha - (alpha >> 7))) >> 8));
  };
  const inside = (x: number, y: number): boolean =>
    x + left >= 0 && y + top >= 0 && x + left < size.width && y + top < size.height;
  for (let y = 0; y < layer.height; y++) {
    for (let x = 0; x < layer.width; x++) {
      if (!inside(x, y)) continue;
      lay((y + top) * size.width + x + left, channel(x, y, 0), channel(x, y, 3));
      if (x % 2 === 1 || y % 2 === 1) continue;
      const mean = (c: number): number =>
        (channel(x, y, c) + channel(x + 1, y, c) + channel(x, y + 1, c) + channel(x + 1, y + 1, c) + 2) >> 2;
      const at = luma + ((y + top) >> 1) * (size.width >> 1) + ((x + left) >> 1);
      lay(at, mean(1), mean(3));
      lay(at + luma / 4, mean(2), mean(3));
    }
  }
}

/** See `toYuv420`: planes Y, U, V one after the other. */
export function referenceYuv420({ width, height, rgba }: Picture): Uint8Array {
  const size = width * height;
  const planes = new Uint8Array((size * 3) / 2);
  const channel = (x: number, y: number, c: number): number => rgba[(y * width + x) * 4 + c] ?? 0;
  for (let i = 0; i < size; i++) {
    const [r, g, b] = [0, 1, 2].map((c) => rgba[i * 4 + c] ?? 0);
    planes[i] = ((47 * (r ?? 0) + 157 * (g ?? 0) + 16 * (b ?? 0) + 128) >> 8) + 16;
  }
  for (let y = 0; y < height; y += 2) {
    for (let x = 0; x < width; x += 2) {
      const sum = (c: number): number =>
        channel(x, y, c) + channel(x + 1, y, c) + channel(x, y + 1, c) + channel(x + 1, y + 1, c);
      const [r, g, b] = [sum(0), sum(1), sum(2)];
      const at = size + (y >> 1) * (width >> 1) + (x >> 1);
      planes[at] = ((-26 * r - 87 * g + 113 * b + 512) >> 10) + 128;
      planes[at + size / 4] = ((113 * r - 102 * g - 11 * b + 512) >> 10) + 128;
    }
  }
  return planes;
}
