// The pixel loops of the local renderer, in AssemblyScript. Memory is imported and laid out by the host
// (adapters/local/render/rasteriser.ts); every function is a pure map from one region of it to another.
// adapters/local/render/raster-reference.ts says the same in plain TypeScript; a test keeps the two together.
// All pictures are RGBA, 8 bit, premultiplied; a source needs 16 readable bytes after its last pixel.

const HALVES = i8x16(8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15);

/** One bilinear sample: two pixels from each of two rows, weights in 1/256; the result lies in lanes 0..3 of 16 bits. */
// @ts-ignore: decorator
@inline
function sample(top: usize, bottom: usize, fx: i32, fy: i32): v128 {
  const a = i16x8.extend_low_i8x16_u(v128.load_zero<u64>(top));
  const b = i16x8.extend_low_i8x16_u(v128.load_zero<u64>(bottom));
  const down = i16x8.splat(<i16>fy);
  const column = i16x8.shr_u(i16x8.add(i16x8.mul(a, i16x8.sub(i16x8.splat(256), down)), i16x8.mul(b, down)), 8);
  return across(column, fx);
}

/** Mixes the left pixel (low lanes) and the right one (high lanes). */
// @ts-ignore: decorator
@inline
function across(column: v128, fx: i32): v128 {
  const left = <i64>(256 - fx) * 0x0001000100010001;
  const weights = i64x2.replace_lane(i64x2.splat(left), 1, <i64>fx * 0x0001000100010001);
  const product = i16x8.mul(column, weights);
  return i16x8.shr_u(i16x8.add(product, i8x16.swizzle(product, HALVES)), 8);
}

/** Two bilinear samples at once, for neighbours in a span; each has texels and weights of its own. */
// @ts-ignore: decorator
@inline
function sampleTwo(texel: usize, next: usize, pitch: i32, fx0: i32, fy0: i32, fx1: i32, fy1: i32): v128 {
  const top = v128.load_lane<u64>(next, v128.load_zero<u64>(texel), 1);
  const bottom = v128.load_lane<u64>(next + pitch, v128.load_zero<u64>(texel + pitch), 1);
  const down0 = i16x8.splat(<i16>(fy0 & 255)), down1 = i16x8.splat(<i16>(fy1 & 255));
  const one = column(i16x8.extend_low_i8x16_u(top), i16x8.extend_low_i8x16_u(bottom), down0);
  const two = column(i16x8.extend_high_i8x16_u(top), i16x8.extend_high_i8x16_u(bottom), down1);
  const left = i8x16.shuffle(one, two, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
  const right = i8x16.shuffle(one, two, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
  const near = <i64>(fx0 & 255) * 0x0001000100010001, far = <i64>(fx1 & 255) * 0x0001000100010001;
  const share = i64x2.replace_lane(i64x2.splat(near), 1, far);
  return column(left, right, share);
}

/** (256 - share) of `a` and `share` of `b`, in 1/256. */
// @ts-ignore: decorator
@inline
function column(a: v128, b: v128, share: v128): v128 {
  return i16x8.shr_u(i16x8.add(i16x8.mul(a, i16x8.sub(i16x8.splat(256), share)), i16x8.mul(b, share)), 8);
}

/** Puts a premultiplied pixel with this alpha into the picture. */
// @ts-ignore: decorator
@inline
function put(target: usize, pixel: v128, alpha: i32): void {
  if (alpha >= 254) v128.store_lane<u32>(target, i8x16.narrow_i16x8_u(pixel, pixel), 0);
  else if (alpha > 0) over(target, pixel, 256 - alpha);
}

/** Puts a premultiplied pixel over the one at `target`; `share` is 256 minus its alpha. */
// @ts-ignore: decorator
@inline
function over(target: usize, pixel: v128, share: i32): void {
  const below = i16x8.extend_low_i8x16_u(v128.load_zero<u32>(target));
  const mixed = i16x8.add(pixel, i16x8.shr_u(i16x8.mul(below, i16x8.splat(<i16>share)), 8));
  v128.store_lane<u32>(target, i8x16.narrow_i16x8_u(mixed, mixed), 0);
}

/**
 * Textured triangles, painted in order over `dst`. A triangle is 12 floats: x, y of three corners in the frame, then in
 * the texture. Pixel centres decide (half-open rows and spans), so triangles that share an edge neither overlap nor gap.
 */
export function drawTriangles(
  dst: usize, dw: i32, dh: i32, src: usize, sw: i32, sh: i32, triangles: usize, count: i32,
): void {
  const limitU: f32 = <f32>(sw - 2) + 0.996, limitV: f32 = <f32>(sh - 2) + 0.996;
  const pitch = sw << 2;
  for (let t = 0; t < count; t++) {
    const p = triangles + (<usize>t) * 48;
    const x0 = load<f32>(p), y0 = load<f32>(p, 4), x1 = load<f32>(p, 8), y1 = load<f32>(p, 12);
    const x2 = load<f32>(p, 16), y2 = load<f32>(p, 20), u0 = load<f32>(p, 24), v0 = load<f32>(p, 28);
    const du1 = load<f32>(p, 32) - u0, dv1 = load<f32>(p, 36) - v0, du2 = load<f32>(p, 40) - u0, dv2 = load<f32>(p, 44) - v0;
    const dx1 = x1 - x0, dy1 = y1 - y0, dx2 = x2 - x0, dy2 = y2 - y0;
    const area = dx1 * dy2 - dx2 * dy1;
    if (abs(area) < 1e-6) continue;
    const inverse: f32 = <f32>1 / area;
    const ux = (du1 * dy2 - du2 * dy1) * inverse, uy = (du2 * dx1 - du1 * dx2) * inverse;
    const vx = (dv1 * dy2 - dv2 * dy1) * inverse, vy = (dv2 * dx1 - dv1 * dx2) * inverse;
    const top = max(0, <i32>ceil(min(y0, min(y1, y2)) - 0.5)), end = min(dh, <i32>ceil(max(y0, max(y1, y2)) - 0.5));
    for (let y = top; y < end; y++) {
      const cy: f32 = <f32>y + 0.5;
      let left: f32 = 1e9, right: f32 = -1e9;
      if ((y0 <= cy) != (y1 <= cy)) { const x = x0 + (cy - y0) * (x1 - x0) / (y1 - y0); left = min(left, x); right = max(right, x); }
      if ((y1 <= cy) != (y2 <= cy)) { const x = x1 + (cy - y1) * (x2 - x1) / (y2 - y1); left = min(left, x); right = max(right, x); }
      if ((y2 <= cy) != (y0 <= cy)) { const x = x2 + (cy - y2) * (x0 - x2) / (y0 - y2); left = min(left, x); right = max(right, x); }
      const from = max(0, <i32>ceil(max(left, <f32>-1) - 0.5)), to = min(dw, <i32>ceil(min(right, <f32>dw + 1) - 0.5));
      if (from >= to) continue;
      const ox: f32 = <f32>from + 0.5 - x0, oy: f32 = cy - y0, last: f32 = <f32>(to - from - 1);
      const us: f32 = u0 + ox * ux + oy * uy - 0.5, vs: f32 = v0 + ox * vx + oy * vy - 0.5;
      // The ends of a span are clamped once; between them 16.16 fixed point cannot leave the texture.
      const ua = min(max(us, <f32>0), limitU), va = min(max(vs, <f32>0), limitV);
      const ub = min(max(us + ux * last, <f32>0), limitU), vb = min(max(vs + vx * last, <f32>0), limitV);
      const share: f32 = last > 0 ? <f32>65536 / last : 0;
      const du = <i32>((ub - ua) * share), dv = <i32>((vb - va) * share);
      let u = <i32>(ua * 65536), v = <i32>(va * 65536);
      let target = dst + ((<usize>(y * dw + from)) << 2);
      let x = from;
      for (; x + 2 <= to; x += 2) {
        const texel = src + <usize>((v >> 16) * pitch + ((u >> 16) << 2));
        const next = src + <usize>(((v + dv) >> 16) * pitch + (((u + du) >> 16) << 2));
        const pixels = sampleTwo(texel, next, pitch, u >> 8, v >> 8, (u + du) >> 8, (v + dv) >> 8);
        const alpha = <i32>i16x8.extract_lane_u(pixels, 3), beside = <i32>i16x8.extract_lane_u(pixels, 7);
        if (min(alpha, beside) >= 254) v128.store_lane<u64>(target, i8x16.narrow_i16x8_u(pixels, pixels), 0);
        else if (alpha | beside) {
          put(target, pixels, alpha);
          put(target + 4, i8x16.shuffle(pixels, pixels, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15), beside);
        }
        u += du << 1; v += dv << 1; target += 8;
      }
      if (x < to) {
        const texel = src + <usize>((v >> 16) * pitch + ((u >> 16) << 2));
        const pixel = sample(texel, texel + pitch, (u >> 8) & 255, (v >> 8) & 255);
        put(target, pixel, <i32>i16x8.extract_lane_u(pixel, 3));
      }
    }
  }
}

const SAME = i8x16(0, 1, 2, 3, 0, 1, 2, 3, 4, 5, 6, 7, 4, 5, 6, 7);
const NEXT = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 4, 5, 6, 7, 8, 9, 10, 11);
const AFTER_NEXT = i8x16(0, 1, 2, 3, 8, 9, 10, 11, 4, 5, 6, 7, 12, 13, 14, 15);

/** Two pixels `step` apart from a row of texels, mixed from left and right neighbours, in eight lanes of 16 bits. */
// @ts-ignore: decorator
@inline
function pair(row: usize, at: i32, step: i32): v128 {
  const apart = ((at + step) >> 16) - (at >> 16);
  const texels = v128.load(row + <usize>((at >> 16) << 2));
  const both = i8x16.swizzle(texels, apart == 1 ? NEXT : apart == 0 ? SAME : AFTER_NEXT);
  const near = <i64>((at >> 8) & 255) * 0x0001000100010001, far = <i64>(((at + step) >> 8) & 255) * 0x0001000100010001;
  const right = i64x2.replace_lane(i64x2.splat(near), 1, far), left = i16x8.sub(i16x8.splat(256), right);
  const mixed = i16x8.add(i16x8.mul(i16x8.extend_low_i8x16_u(both), left), i16x8.mul(i16x8.extend_high_i8x16_u(both), right));
  return i16x8.shr_u(mixed, 8);
}

/**
 * Fills `dst` with `src`, which is opaque: target pixel (x, y) shows texel (u + x * step, v + y * step), all in 1/65536.
 * The caller keeps the rectangle inside the source. `row` is scratch of one source row.
 */
export function drawScaled(
  dst: usize, dw: i32, dh: i32, src: usize, sw: i32, sh: i32, u: i32, v: i32, step: i32, row: usize,
): void {
  const pitch = sw << 2;
  const first = (u >> 16) << 2, bytes = min(pitch, ((((dw - 1) * step + u) >> 16) << 2) + 8) - first;
  for (let y = 0; y < dh; y++) {
    const line = v + y * step;
    const fy = (line >> 8) & 255, down = i16x8.splat(<i16>fy), up = i16x8.splat(<i16>(256 - fy));
    const top = src + <usize>((line >> 16) * pitch + first), bottom = fy ? top + pitch : top;
    for (let i = 0; i < bytes; i += 16) {
      const a = v128.load(top + i), b = v128.load(bottom + i);
      const low = i16x8.shr_u(i16x8.add(i16x8.mul(i16x8.extend_low_i8x16_u(a), up), i16x8.mul(i16x8.extend_low_i8x16_u(b), down)), 8);
      const high = i16x8.shr_u(i16x8.add(i16x8.mul(i16x8.extend_high_i8x16_u(a), up), i16x8.mul(i16x8.extend_high_i8x16_u(b), down)), 8);
      v128.store(row + i, i8x16.narrow_i16x8_u(low, high));
    }
    let at = u & 65535, target = dst + ((<usize>(y * dw)) << 2), x = 0;
    // Below two texels a step, a pair of pixels needs four neighbouring texels at most: one load.
    if (step < 131072) {
      for (; x + 4 <= dw; x += 4) {
        const first = pair(row, at, step), second = pair(row, at + (step << 1), step);
        v128.store(target, i8x16.narrow_i16x8_u(first, second));
        at += step << 2; target += 16;
      }
    }
    for (; x < dw; x++) {
      const texels = i16x8.extend_low_i8x16_u(v128.load_zero<u64>(row + <usize>((at >> 16) << 2)));
      const pixel = across(texels, (at >> 8) & 255);
      v128.store_lane<u32>(target, i8x16.narrow_i16x8_u(pixel, pixel), 0);
      at += step; target += 4;
    }
  }
}

/** Lays a whole picture over `dst` with its corner at (left, top), weakened by `strength` in 0..256. */
export function blend(
  dst: usize, dw: i32, dh: i32, src: usize, sw: i32, sh: i32, left: i32, top: i32, strength: i32,
): void {
  const x0 = max(0, -left), x1 = min(sw, dw - left), y0 = max(0, -top), y1 = min(sh, dh - top);
  const weight = i16x8.splat(<i16>strength);
  for (let y = y0; y < y1; y++) {
    let from = src + ((<usize>(y * sw + x0)) << 2), target = dst + ((<usize>((y + top) * dw + left + x0)) << 2);
    for (let x = x0; x < x1; x++) {
      if (load<u8>(from, 3)) {
        const whole = i16x8.extend_low_i8x16_u(v128.load_zero<u32>(from));
        const pixel = i16x8.shr_u(i16x8.mul(whole, weight), 8);
        const alpha = <i32>i16x8.extract_lane_u(pixel, 3);
        over(target, pixel, alpha >= 254 ? 0 : 256 - alpha);
      }
      from += 4; target += 4;
    }
  }
}

/** Weighted sum of R, G, B for four pixels given as two registers of 16-bit lanes. */
// @ts-ignore: decorator
@inline
function weigh(low: v128, high: v128, weights: v128): v128 {
  const a = i32x4.dot_i16x8_s(low, weights), b = i32x4.dot_i16x8_s(high, weights);
  const even = i8x16.shuffle(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27);
  const odd = i8x16.shuffle(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
  return i32x4.add(even, odd);
}

/** Luma of four pixels at `from`, written as four bytes at `to`; returns nothing, adds up nothing. */
// @ts-ignore: decorator
@inline
function luma(from: v128, to: usize): void {
  const weights = i16x8(47, 157, 16, 0, 47, 157, 16, 0);
  const sum = weigh(i16x8.extend_low_i8x16_u(from), i16x8.extend_high_i8x16_u(from), weights);
  const level = i32x4.add(i32x4.shr_s(i32x4.add(sum, i32x4.splat(128)), 8), i32x4.splat(16));
  const words = i16x8.narrow_i32x4_s(level, level);
  v128.store_lane<u32>(to, i8x16.narrow_i16x8_u(words, words), 0);
}

/** Sums of 2x2 blocks for four columns: two blocks of four 16-bit channels. */
// @ts-ignore: decorator
@inline
function blocks(upper: v128, lower: v128): v128 {
  const low = i16x8.add(i16x8.extend_low_i8x16_u(upper), i16x8.extend_low_i8x16_u(lower));
  const high = i16x8.add(i16x8.extend_high_i8x16_u(upper), i16x8.extend_high_i8x16_u(lower));
  const even = i8x16.shuffle(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
  const odd = i8x16.shuffle(low, high, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
  return i16x8.add(even, odd);
}

/** Two chroma bytes from two 2x2 blocks. */
// @ts-ignore: decorator
@inline
function chroma(sums: v128, weights: v128, to: usize): void {
  const zero = i32x4.splat(0);
  const level = i32x4.add(i32x4.shr_s(i32x4.add(weigh(sums, zero, weights), i32x4.splat(512)), 10), i32x4.splat(128));
  const words = i16x8.narrow_i32x4_s(level, level);
  v128.store_lane<u16>(to, i8x16.narrow_i16x8_u(words, words), 0);
}

/** RGBA to planar 4:2:0, BT.709, limited range. Width and height are even; a last odd pair of columns is done singly. */
export function toYuv420(src: usize, w: i32, h: i32, Y: usize, U: usize, V: usize): void {
  const blue = i16x8(-26, -87, 113, 0, -26, -87, 113, 0), red = i16x8(113, -102, -11, 0, 113, -102, -11, 0);
  const whole = w & ~3;
  for (let y = 0; y < h; y += 2) {
    const upper = src + ((<usize>(y * w)) << 2), lower = upper + ((<usize>w) << 2);
    const top = Y + <usize>(y * w), bottom = top + <usize>w, half = <usize>((y >> 1) * (w >> 1));
    for (let x = 0; x < whole; x += 4) {
      const a = v128.load(upper + (<usize>x << 2)), b = v128.load(lower + (<usize>x << 2));
      luma(a, top + <usize>x);
      luma(b, bottom + <usize>x);
      const sums = blocks(a, b);
      chroma(sums, blue, U + half + <usize>(x >> 1));
      chroma(sums, red, V + half + <usize>(x >> 1));
    }
    if (whole < w) lastPair(upper + (<usize>whole << 2), lower + (<usize>whole << 2), top + <usize>whole, bottom + <usize>whole, U + half + <usize>(whole >> 1), V + half + <usize>(whole >> 1));
  }
}

/** The two columns that remain when the width is no multiple of four. */
function lastPair(upper: usize, lower: usize, top: usize, bottom: usize, U: usize, V: usize): void {
  let r = 0, g = 0, b = 0;
  for (let i: usize = 0; i < 2; i++) {
    for (let j: usize = 0; j < 2; j++) {
      const p = (j ? lower : upper) + (i << 2);
      const red = <i32>load<u8>(p), green = <i32>load<u8>(p, 1), blue = <i32>load<u8>(p, 2);
      store<u8>((j ? bottom : top) + i, <u8>(((47 * red + 157 * green + 16 * blue + 128) >> 8) + 16));
      r += red; g += green; b += blue;
    }
  }
  store<u8>(U, <u8>(((-26 * r - 87 * g + 113 * b + 512) >> 10) + 128));
  store<u8>(V, <u8>(((113 * r - 102 * g - 11 * b + 512) >> 10) + 128));
}
