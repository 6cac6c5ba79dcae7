// The pixel loops of the local renderer, in AssemblyScript. Memory is imported and laid out by the host
// (adapters/local/render/rasteriser.ts); every function is a pure map from one region of it to another.
// adapters/local/render/raster-reference.ts says the same in plain TypeScript; a test keeps the two together.
// Layers are RGBA or YUVA, 8 bit, premultiplied; a finished picture is three planes, 4:2:0. Sources need 16 readable bytes
// after their last pixel, targets as many that may be overwritten.

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

/** Bytes of two fixed-point places (u, v, u, v in 1/65536) that make weights in 1/256, each in four or eight lanes of 16 bits. */
const DOWN_FIRST = i8x16(5, -1, 5, -1, 5, -1, 5, -1, 5, -1, 5, -1, 5, -1, 5, -1);
const DOWN_SECOND = i8x16(13, -1, 13, -1, 13, -1, 13, -1, 13, -1, 13, -1, 13, -1, 13, -1);
const ACROSS = i8x16(1, -1, 1, -1, 1, -1, 1, -1, 9, -1, 9, -1, 9, -1, 9, -1);

/** Two bilinear samples at once, for neighbours in a span; each has two texels of both rows, and its place in `places`. */
// @ts-ignore: decorator
@inline
function sampleTwo(top: v128, bottom: v128, places: v128): v128 {
  const one = column(i16x8.extend_low_i8x16_u(top), i16x8.extend_low_i8x16_u(bottom), i8x16.swizzle(places, DOWN_FIRST));
  const two = column(i16x8.extend_high_i8x16_u(top), i16x8.extend_high_i8x16_u(bottom), i8x16.swizzle(places, DOWN_SECOND));
  const left = i8x16.shuffle(one, two, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
  const right = i8x16.shuffle(one, two, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
  return column(left, right, i8x16.swizzle(places, ACROSS));
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
    // A level edge is crossed by no row, so its slope is never used.
    const slope01 = dx1 / dy1, slope12 = (x2 - x1) / (y2 - y1), slope20 = dx2 / dy2;
    const top = max(0, <i32>ceil(min(y0, min(y1, y2)) - 0.5)), end = min(dh, <i32>ceil(max(y0, max(y1, y2)) - 0.5));
    for (let y = top; y < end; y++) {
      const cy: f32 = <f32>y + 0.5;
      let left: f32 = 1e9, right: f32 = -1e9;
      if ((y0 <= cy) != (y1 <= cy)) { const x = x0 + (cy - y0) * slope01; left = min(left, x); right = max(right, x); }
      if ((y1 <= cy) != (y2 <= cy)) { const x = x1 + (cy - y1) * slope12; left = min(left, x); right = max(right, x); }
      if ((y2 <= cy) != (y0 <= cy)) { const x = x2 + (cy - y2) * slope20; left = min(left, x); right = max(right, x); }
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
      let places = i32x4.replace_lane(i32x4.replace_lane(i32x4.replace_lane(i32x4.splat(u), 1, v), 2, u + du), 3, v + dv);
      const ahead = i32x4.replace_lane(i32x4.replace_lane(i32x4.splat(du << 1), 1, dv << 1), 3, dv << 1);
      let x = from;
      for (; x + 2 <= to; x += 2) {
        const texel = src + <usize>((v >> 16) * pitch + ((u >> 16) << 2));
        const next = src + <usize>(((v + dv) >> 16) * pitch + (((u + du) >> 16) << 2));
        const upper = v128.load_lane<u64>(next, v128.load_zero<u64>(texel), 1);
        const lower = v128.load_lane<u64>(next + pitch, v128.load_zero<u64>(texel + pitch), 1);
        // Around a subject much is empty.
        const here = places;
        places = i32x4.add(places, ahead);
        u += du << 1; v += dv << 1; target += 8;
        if (!v128.any_true(v128.or(upper, lower))) continue;
        const pixels = sampleTwo(upper, lower, here);
        const alpha = <i32>i16x8.extract_lane_u(pixels, 3), beside = <i32>i16x8.extract_lane_u(pixels, 7);
        if (min(alpha, beside) >= 254) v128.store_lane<u64>(target - 8, i8x16.narrow_i16x8_u(pixels, pixels), 0);
        else if (alpha | beside) {
          put(target - 8, pixels, alpha);
          put(target - 4, i8x16.shuffle(pixels, pixels, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15), beside);
        }
      }
      if (x < to) {
        const texel = src + <usize>((v >> 16) * pitch + ((u >> 16) << 2));
        const pixel = sample(texel, texel + pitch, (u >> 8) & 255, (v >> 8) & 255);
        put(target, pixel, <i32>i16x8.extract_lane_u(pixel, 3));
      }
    }
  }
}

/**
 * Where eight neighbours of a target row come from, for `scaleRow`: 32 bytes for each eight, being the first texel (i32),
 * the way from there to each left texel (eight bytes from the eighth on), and the weights of the right ones (eight i16).
 * Eight targets need sixteen texels at most, because a step is less than two texels.
 */
// @ts-ignore: decorator
@inline
function mapColumns(table: usize, width: i32, u: i32, step: i32): void {
  for (let x = 0, at = u; x < width; x += 8, table += 32) {
    const first = at >> 16;
    store<i32>(table, first);
    for (let i: usize = 0; i < 8; i++, at += step) {
      store<u8>(table + i, <u8>((at >> 16) - first), 8);
      store<i16>(table + (i << 1), <i16>((at >> 8) & 255), 16);
    }
  }
}

/** Fills eight target pixels at a time from one row of texels, as `mapColumns` says. May write seven pixels too many. */
// @ts-ignore: decorator
@inline
function scaleRow(target: usize, row: usize, table: usize, width: i32): void {
  const one = i8x16.splat(1), half = i16x8.splat(128);
  for (let x = 0; x < width; x += 8, table += 32) {
    const texels = v128.load(row + <usize>load<i32>(table));
    const at = v128.load_zero<u64>(table, 8), right = v128.load(table, 16);
    const a = i16x8.extend_low_i8x16_u(i8x16.swizzle(texels, at));
    const b = i16x8.extend_low_i8x16_u(i8x16.swizzle(texels, i8x16.add(at, one)));
    const sum = i16x8.add(i16x8.mul(a, i16x8.sub(i16x8.splat(256), right)), i16x8.mul(b, right));
    const pixels = i16x8.shr_u(i16x8.add(sum, half), 8);
    v128.store_lane<u64>(target + <usize>x, i8x16.narrow_i16x8_u(pixels, pixels), 0);
  }
}

/**
 * Fills a plane of bytes from a larger or smaller one: target (x, y) shows texel (u + x * step, v + y * step), all in
 * 1/65536, bilinear. The caller keeps the rectangle inside the source and the step below two texels. `scratch` has room
 * for one source row and, from the first multiple of 16 behind it on, four bytes for each target column.
 */
export function scalePlane(
  dst: usize, dw: i32, dh: i32, src: usize, sw: i32, u: i32, v: i32, step: i32, scratch: usize,
): void {
  const table = scratch + <usize>((sw + 31) & ~15), half = i16x8.splat(128);
  mapColumns(table, dw, u, step);
  for (let y = 0; y < dh; y++) {
    const line = v + y * step, fy = (line >> 8) & 255;
    const down = i16x8.splat(<i16>fy), up = i16x8.splat(<i16>(256 - fy));
    const top = src + <usize>((line >> 16) * sw), bottom = top + <usize>sw;
    if (fy) {
      for (let i = 0; i < sw; i += 16) {
        const a = v128.load(top + <usize>i), b = v128.load(bottom + <usize>i);
        const low = i16x8.add(i16x8.mul(i16x8.extend_low_i8x16_u(a), up), i16x8.mul(i16x8.extend_low_i8x16_u(b), down));
        const high = i16x8.add(i16x8.mul(i16x8.extend_high_i8x16_u(a), up), i16x8.mul(i16x8.extend_high_i8x16_u(b), down));
        v128.store(scratch + <usize>i, i8x16.narrow_i16x8_u(i16x8.shr_u(i16x8.add(low, half), 8), i16x8.shr_u(i16x8.add(high, half), 8)));
      }
    }
    scaleRow(dst + <usize>(y * dw), fy ? scratch : top, table, dw);
  }
}

/** Mixes `count` bytes of `src` into `dst`; `share` in 0..256 is how much of `src`. May mix fifteen bytes too many. */
export function mix(dst: usize, src: usize, count: i32, share: i32): void {
  const near = i16x8.splat(<i16>share), far = i16x8.splat(<i16>(256 - share)), half = i16x8.splat(128);
  for (let i = 0; i < count; i += 16) {
    const a = v128.load(src + <usize>i), b = v128.load(dst + <usize>i);
    const low = i16x8.add(i16x8.mul(i16x8.extend_low_i8x16_u(a), near), i16x8.mul(i16x8.extend_low_i8x16_u(b), far));
    const high = i16x8.add(i16x8.mul(i16x8.extend_high_i8x16_u(a), near), i16x8.mul(i16x8.extend_high_i8x16_u(b), far));
    v128.store(dst + <usize>i, i8x16.narrow_i16x8_u(i16x8.shr_u(i16x8.add(low, half), 8), i16x8.shr_u(i16x8.add(high, half), 8)));
  }
}

/**
 * RGBA to YUVA, both premultiplied: Y, U and V are BT.709 in limited range with their offsets weighted by alpha too, so
 * that layers mix as colours do. `dst` may be `src`.
 */
export function toYuva(src: usize, dst: usize, pixels: i32): void {
  for (let i = 0; i < pixels; i++, src += 4, dst += 4) {
    const r = <i32>load<u8>(src), g = <i32>load<u8>(src, 1), b = <i32>load<u8>(src, 2), a = <i32>load<u8>(src, 3);
    const grey = (a * 257 + 257) >> 9;
    store<u8>(dst, <u8>(((47 * r + 157 * g + 16 * b + 128) >> 8) + ((a * 16 + 127) / 255)));
    store<u8>(dst, <u8>max(0, min(255, ((-26 * r - 87 * g + 113 * b + 128) >> 8) + grey)), 1);
    store<u8>(dst, <u8>max(0, min(255, ((113 * r - 102 * g - 11 * b + 128) >> 8) + grey)), 2);
    store<u8>(dst, <u8>a, 3);
  }
}

/** What shows through a layer, in 1/256, for alphas in lanes of 16 bits: 256 at 0, nothing at 255. */
// @ts-ignore: decorator
@inline
function through(alpha: v128): v128 {
  return i16x8.sub(i16x8.splat(256), i16x8.add(alpha, i16x8.shr_u(alpha, 7)));
}

/** Lays values over what is below them; all in lanes of 16 bits. */
// @ts-ignore: decorator
@inline
function onto(below: v128, values: v128, share: v128): v128 {
  const mixed = i16x8.add(values, i16x8.shr_u(i16x8.mul(below, share), 8));
  return i8x16.narrow_i16x8_u(mixed, mixed);
}

/** Four pixels, weakened. */
// @ts-ignore: decorator
@inline
function weakened(pixels: v128, weight: v128): v128 {
  const low = i16x8.shr_u(i16x8.mul(i16x8.extend_low_i8x16_u(pixels), weight), 8);
  const high = i16x8.shr_u(i16x8.mul(i16x8.extend_high_i8x16_u(pixels), weight), 8);
  return i8x16.narrow_i16x8_u(low, high);
}

/** Luma of eight pixels of a layer, laid over eight bytes. */
// @ts-ignore: decorator
@inline
function layLuma(target: usize, a: v128, b: v128): void {
  const values = i8x16.shuffle(a, b, 0, 4, 8, 12, 16, 20, 24, 28, 3, 7, 11, 15, 19, 23, 27, 31);
  const below = i16x8.extend_low_i8x16_u(v128.load_zero<u64>(target));
  const share = through(i16x8.extend_high_i8x16_u(values));
  v128.store_lane<u64>(target, onto(below, i16x8.extend_low_i8x16_u(values), share), 0);
}

/** Chroma of four 2x2 blocks, given as sums of their channels, laid over four bytes of both planes. */
// @ts-ignore: decorator
@inline
function layChroma(U: usize, V: usize, first: v128, second: v128): void {
  const two = i16x8.splat(2);
  const a = i16x8.shr_u(i16x8.add(first, two), 2), b = i16x8.shr_u(i16x8.add(second, two), 2);
  const values = i8x16.shuffle(a, b, 2, 3, 10, 11, 18, 19, 26, 27, 4, 5, 12, 13, 20, 21, 28, 29);
  const alpha = i8x16.shuffle(a, b, 6, 7, 14, 15, 22, 23, 30, 31, 6, 7, 14, 15, 22, 23, 30, 31);
  const below = v128.load32_lane(V, v128.load32_zero(U), 1);
  const mixed = onto(i16x8.extend_low_i8x16_u(below), values, through(alpha));
  v128.store_lane<u32>(U, mixed, 0);
  v128.store_lane<u32>(V, mixed, 1);
}

/**
 * Lays the columns `from` to `to` and rows `top` to `end` of a YUVA layer over the planes of a picture, its corner at
 * (left, above), weakened by `strength` in 0..256. All these numbers but `strength` are even, and the rectangle lies
 * inside both.
 */
export function layOver(
  Y: usize, U: usize, V: usize, width: i32, layer: usize, pitch: i32,
  from: i32, to: i32, top: i32, end: i32, left: i32, above: i32, strength: i32,
): void {
  const weight = i16x8.splat(<i16>strength), whole = from + ((to - from) & ~7);
  for (let y = top; y < end; y += 2) {
    const upper = layer + (<usize>(y * pitch) << 2), lower = upper + (<usize>pitch << 2);
    const high = Y + <usize>((y + above) * width + left), low = high + <usize>width;
    const half = <usize>(((y + above) >> 1) * (width >> 1) + (left >> 1));
    for (let x = from; x < whole; x += 8) {
      const at = <usize>x << 2;
      let a = v128.load(upper + at), b = v128.load(upper + at, 16), c = v128.load(lower + at), d = v128.load(lower + at, 16);
      if (!v128.any_true(v128.or(v128.or(a, b), v128.or(c, d)))) continue;
      if (strength != 256) { a = weakened(a, weight); b = weakened(b, weight); c = weakened(c, weight); d = weakened(d, weight); }
      layLuma(high + <usize>x, a, b);
      layLuma(low + <usize>x, c, d);
      layChroma(U + half + <usize>(x >> 1), V + half + <usize>(x >> 1), blocks(a, c), blocks(b, d));
    }
    for (let x = whole; x < to; x += 2) {
      layPair(upper + (<usize>x << 2), lower + (<usize>x << 2), high + <usize>x, low + <usize>x, U + half + <usize>(x >> 1), V + half + <usize>(x >> 1), strength);
    }
  }
}

/** What `layOver` does, for the two columns at the end of a rectangle whose width is no multiple of eight. */
function layPair(upper: usize, lower: usize, high: usize, low: usize, U: usize, V: usize, strength: i32): void {
  let u = 0, v = 0, alpha = 0;
  for (let i: usize = 0; i < 4; i++) {
    const from = (i < 2 ? upper : lower) + ((i & 1) << 2), target = (i < 2 ? high : low) + (i & 1);
    const a = (<i32>load<u8>(from, 3) * strength) >> 8;
    store<u8>(target, <u8>min(255, ((<i32>load<u8>(from) * strength) >> 8) + ((<i32>load<u8>(target) * (256 - a - (a >> 7))) >> 8)));
    u += (<i32>load<u8>(from, 1) * strength) >> 8; v += (<i32>load<u8>(from, 2) * strength) >> 8; alpha += a;
  }
  alpha = (alpha + 2) >> 2;
  const share = 256 - alpha - (alpha >> 7);
  store<u8>(U, <u8>min(255, ((u + 2) >> 2) + ((<i32>load<u8>(U) * share) >> 8)));
  store<u8>(V, <u8>min(255, ((v + 2) >> 2) + ((<i32>load<u8>(V) * share) >> 8)));
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
