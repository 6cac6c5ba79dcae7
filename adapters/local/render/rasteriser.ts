import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../../contracts/project-root';

/** A layer in the rasteriser's memory: RGBA or YUVA, 8 bit, premultiplied. */
export interface Surface {
  readonly pointer: number;
  readonly width: number;
  readonly height: number;
}

/** An opaque picture as a film holds it: planes Y, U, V one after the other, 4:2:0, BT.709, limited range; even sides. */
export interface Planes extends Surface {
  readonly kind: 'planes';
}

/** Part of a frame, in pixels; `right` and `bottom` lie just outside. */
export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
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
  /** A new layer, transparent black, or holding `rgba` (premultiplied, width * height * 4 bytes). */
  surface(size: { width: number; height: number }, rgba?: Uint8Array): Surface;
  /** The bytes of a layer; valid until the next call that makes something new. */
  pixels(surface: Surface): Uint8Array;
  /** Turns a layer from RGBA into YUVA, as `layOver` wants it. */
  toYuva(surface: Surface): void;
  /** Makes a part of a layer transparent. */
  clear(surface: Surface, box: Box): void;
  /** Room for `count` triangles, to be filled before `drawTriangles`; valid until the next call that makes something new. */
  trianglesFor(count: number): Float32Array;
  /** Paints the first `count` triangles of the room over `target` in order, bilinear, with the texture's alpha. */
  drawTriangles(target: Surface, texture: Surface, count: number): void;
  /** A new picture: not painted yet, or an opaque RGBA one of the same size. */
  planes(size: { width: number; height: number }, rgba?: Uint8Array): Planes;
  /** The bytes of a picture, width * height * 1.5; valid until the next call that makes something new. */
  bytes(planes: Planes): Uint8Array;
  /** Fills `target` with the part of `source` that `view` shows; the view must lie inside the source, its step below 2. */
  drawScaled(target: Planes, source: Planes, view: View): void;
  /** Lays the part `box` of a YUVA layer over `target`, the layer's corner at (left, top); `strength` 0..1 weakens it. All even. */
  layOver(target: Planes, layer: Surface, at: { left: number; top: number; strength: number; box?: Box }): void;
  /** Mixes a picture of the same size into `target`; `strength` 0..1 is how much of it is seen. */
  mix(target: Planes, source: Planes, strength: number): void;
}

/** The functions of raster.wasm; parameters as there. */
type RasterExports = Record<
  'drawTriangles' | 'scalePlane' | 'mix' | 'toYuva' | 'layOver' | 'toYuv420',
  (...numbers: number[]) => void
>;

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
  const surface = ({ width, height }: { width: number; height: number }, rgba?: Uint8Array): Surface => {
    const pointer = arena.take(width * height * 4);
    if (rgba) arena.bytes(pointer, width * height * 4).set(rgba);
    return { pointer, width, height };
  };
  return {
    surface,
    pixels: ({ pointer, width, height }) => arena.bytes(pointer, width * height * 4),
    toYuva: ({ pointer, width, height }) => wasm.toYuva(pointer, pointer, width * height),
    clear({ pointer, width }, { left, top, right, bottom }) {
      for (let y = top; y < bottom; y++) arena.bytes(pointer + (y * width + left) * 4, (right - left) * 4).fill(0);
    },
    trianglesFor(count) {
      if (room.count < count)
        Object.assign(room, { pointer: arena.take(count * TRIANGLE_FLOATS * 4), count });
      return new Float32Array(arena.memory.buffer, room.pointer, count * TRIANGLE_FLOATS);
    },
    drawTriangles: (to, from, count) =>
      wasm.drawTriangles(to.pointer, to.width, to.height, from.pointer, from.width, from.height, room.pointer, count),
    planes({ width, height }, rgba) {
      const pointer = arena.take((width * height * 3) / 2);
      if (rgba) {
        const whole = reuse(width * height * 4);
        arena.bytes(whole, width * height * 4).set(rgba);
        const [y, u, v] = planePointers({ pointer, width, height });
        wasm.toYuv420(whole, width, height, y, u, v);
      }
      return { pointer, width, height, kind: 'planes' };
    },
    bytes: ({ pointer, width, height }) => arena.bytes(pointer, (width * height * 3) / 2),
    drawScaled(to, from, view) {
      const row = reuse(from.width + 64 + 4 * to.width + 64);
      const [targets, sources] = [planePointers(to), planePointers(from)];
      targets.forEach((target, plane) => {
        const [small, large, seen] = plane === 0 ? [to, from, view] : [half(to), half(from), chromaView(view)];
        const [u, v, step] = fixedView(small, large, seen);
        wasm.scalePlane(target, small.width, small.height, sources[plane]!, large.width, u, v, step, row);
      });
    },
    layOver(to, layer, { left, top, strength, box }) {
      const { left: from, right, top: first, bottom } = visiblePart(to, layer, { left, top, box });
      if (from >= right || first >= bottom) return;
      const weight = Math.round(Math.min(1, Math.max(0, strength)) * 256);
      wasm.layOver(...planePointers(to), to.width, layer.pointer, layer.width, from, right, first, bottom, left, top, weight);
    },
    mix: (to, from, strength) =>
      wasm.mix(to.pointer, from.pointer, (to.width * to.height * 3) / 2, Math.round(strength * 256)),
  };
}

function planePointers({ pointer, width, height }: Surface): [number, number, number] {
  const luma = width * height;
  return [pointer, pointer + luma, pointer + (luma * 5) / 4];
}

function half({ width, height }: Surface): { width: number; height: number } {
  return { width: width / 2, height: height / 2 };
}

/** The same view for planes of half the size, whose samples lie in the middle of four pixels. */
export function chromaView({ x, y, step }: View): View {
  const shift = 0.5 * (step - 1);
  return { x: (x + shift) / 2, y: (y + shift) / 2, step };
}

/** What of a layer lies inside the picture, in the layer's pixels. */
function visiblePart(to: Surface, layer: Surface, { left, top, box }: { left: number; top: number; box: Box | undefined }): Box {
  const { left: from, top: first, right, bottom } = box ?? { left: 0, top: 0, right: layer.width, bottom: layer.height };
  return {
    left: Math.max(from, -left),
    top: Math.max(first, -top),
    right: Math.min(right, to.width - left),
    bottom: Math.min(bottom, to.height - top),
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
