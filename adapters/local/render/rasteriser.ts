import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../../contracts/project-root';

/** A picture in the rasteriser's memory: RGBA, 8 bit, premultiplied. */
export interface Surface {
  readonly pointer: number;
  readonly width: number;
  readonly height: number;
}

/** Where a background is seen through the frame: top left corner in its own pixels, and its pixels per frame pixel. */
export interface View {
  x: number;
  y: number;
  step: number;
}

/** Floats a triangle takes: x, y of three corners in the frame, then in the texture. */
export const TRIANGLE_FLOATS = 12;

/** The pixel loops of assets/raster with a memory of their own. Single-threaded: one rasteriser for one render. */
export interface Rasteriser {
  /** A new picture, transparent black, or holding `rgba` (premultiplied, width * height * 4 bytes). */
  surface(size: { width: number; height: number }, rgba?: Uint8Array): Surface;
  /** The bytes of a picture; valid until the next `surface` or `trianglesFor`. */
  pixels(surface: Surface): Uint8Array;
  /** Room for `count` triangles, to be filled before `drawTriangles`; valid until the next `surface` or `trianglesFor`. */
  trianglesFor(count: number): Float32Array;
  /** Paints the first `count` triangles of the room over `target` in order, bilinear, with the texture's alpha. */
  drawTriangles(target: Surface, texture: Surface, count: number): void;
  /** Fills `target` with the part of an opaque `source` that `view` shows; the view must lie inside the source. */
  drawScaled(target: Surface, source: Surface, view: View): void;
  /** Lays `source` over `target` at (left, top); `strength` 0..1 weakens it. */
  blend(target: Surface, source: Surface, at: { left: number; top: number; strength: number }): void;
  /** Copies a picture of the same size. */
  copy(target: Surface, source: Surface): void;
  /**
   * The picture as planar YUV 4:2:0, BT.709, limited range: width * height * 1.5 bytes, valid until the next call of
   * any function here but `pixels`. Not a copy, because 25 frames a second would make 35 MB of garbage.
   */
  toYuv420(source: Surface): Uint8Array;
}

/** The functions of raster.wasm. */
interface RasterExports {
  drawTriangles(
    dst: number,
    dw: number,
    dh: number,
    src: number,
    sw: number,
    sh: number,
    at: number,
    n: number,
  ): void;
  drawScaled(
    dst: number,
    dw: number,
    dh: number,
    src: number,
    sw: number,
    sh: number,
    u: number,
    v: number,
    step: number,
    row: number,
  ): void;
  blend(
    dst: number,
    dw: number,
    dh: number,
    src: number,
    sw: number,
    sh: number,
    left: number,
    top: number,
    strength: number,
  ): void;
  toYuv420(src: number, w: number, h: number, y: number, u: number, v: number): void;
}

const PAGE = 65_536;
/** Bytes left free after each region, because samples are loaded eight and sixteen bytes at a time. */
const SLACK = 64;
const FIXED = 65_536;

/** Linear memory that only grows; regions are 16-byte aligned and never given back. */
class Arena {
  readonly memory = new WebAssembly.Memory({ initial: 1 });
  private next = 1024;

  take(bytes: number): number {
    const pointer = this.next;
    this.next = (pointer + bytes + SLACK + 15) & ~15;
    const missing = this.next - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE));
    return pointer;
  }

  bytes(pointer: number, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, pointer, length);
  }
}

/** The committed module; compiled from assets/raster/raster.ts by dev/build-raster.cjs. */
export function rasterModulePath(): string {
  return path.join(projectRoot(), 'assets', 'raster', 'raster.wasm');
}

function instantiate(memory: WebAssembly.Memory): RasterExports {
  const module = new WebAssembly.Module(readFileSync(rasterModulePath()));
  // The wire here is the wasm boundary: its exports are typed by hand above.
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as RasterExports;
}

/** Starts a rasteriser; takes about a millisecond. */
export function createRasteriser(): Rasteriser {
  const arena = new Arena();
  const wasm = instantiate(arena.memory);
  const room = { pointer: 0, count: 0 };
  const scratch = { pointer: 0, bytes: 0 };
  const reuse = (bytes: number): number => {
    if (scratch.bytes < bytes) Object.assign(scratch, { pointer: arena.take(bytes), bytes });
    return scratch.pointer;
  };
  return {
    surface({ width, height }, rgba) {
      const pointer = arena.take(width * height * 4);
      if (rgba) arena.bytes(pointer, width * height * 4).set(rgba);
      return { pointer, width, height };
    },
    pixels: (surface) => arena.bytes(surface.pointer, surface.width * surface.height * 4),
    trianglesFor(count) {
      if (room.count < count)
        Object.assign(room, { pointer: arena.take(count * TRIANGLE_FLOATS * 4), count });
      return new Float32Array(arena.memory.buffer, room.pointer, count * TRIANGLE_FLOATS);
    },
    drawTriangles: (to, from, count) =>
      wasm.drawTriangles(
        to.pointer,
        to.width,
        to.height,
        from.pointer,
        from.width,
        from.height,
        room.pointer,
        count,
      ),
    drawScaled(to, from, view) {
      const row = reuse(Math.max(from.width * 4, ((to.width * 3) / 2) * to.height));
      const [u, v, step] = fixedView(to, from, view);
      wasm.drawScaled(
        to.pointer,
        to.width,
        to.height,
        from.pointer,
        from.width,
        from.height,
        u,
        v,
        step,
        row,
      );
    },
    blend(to, from, { left, top, strength }) {
      const weight = Math.round(Math.min(1, Math.max(0, strength)) * 256);
      wasm.blend(to.pointer, to.width, to.height, from.pointer, from.width, from.height, left, top, weight);
    },
    copy(to, from) {
      arena
        .bytes(to.pointer, to.width * to.height * 4)
        .set(arena.bytes(from.pointer, from.width * from.height * 4));
    },
    toYuv420(from) {
      const luma = from.width * from.height;
      const y = reuse((luma * 3) / 2);
      wasm.toYuv420(from.pointer, from.width, from.height, y, y + luma, y + (luma * 5) / 4);
      return arena.bytes(y, (luma * 3) / 2);
    },
  };
}

/** The view in 1/65536, kept so far inside that bilinear samples never leave the source. */
export function fixedView(
  to: { width: number; height: number },
  from: { width: number; height: number },
  view: View,
): [number, number, number] {
  const step = Math.floor(view.step * FIXED);
  const room = (source: number, target: number): number =>
    Math.max(0, Math.floor((source - 1) * FIXED) - 1 - (target - 1) * step);
  const clamp = (value: number, limit: number): number =>
    Math.min(Math.max(0, Math.floor(value * FIXED)), limit);
  return [clamp(view.x, room(from.width, to.width)), clamp(view.y, room(from.height, to.height)), step];
}
