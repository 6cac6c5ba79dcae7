/** Pixels in memory: 8 bit sRGB, rows from the top, no padding. `channels` is 3 (RGB) or 4 (RGB and straight alpha). */
export interface Raster {
  width: number;
  height: number;
  channels: 3 | 4;
  data: Uint8Array;
}

/** A plane of numbers of the size of a picture, rows from the top. */
export interface Plane {
  width: number;
  height: number;
  data: Float32Array;
}

export function createPlane(width: number, height: number): Plane {
  return { width, height, data: new Float32Array(width * height) };
}

/** Turns a picture clockwise by a multiple of 90 degrees. */
export function turnRaster(source: Raster, degrees: number): Raster {
  const turns = (((degrees % 360) + 360) % 360) / 90;
  if (turns === 0) return source;
  const { width, height, channels } = source;
  const swap = turns % 2 === 1;
  const data = new Uint8Array(source.data.length);
  const out: Raster = { width: swap ? height : width, height: swap ? width : height, channels, data };
  for (let y = 0; y < out.height; y++) {
    for (let x = 0; x < out.width; x++) {
      const fromX = turns === 1 ? y : turns === 2 ? width - 1 - x : width - 1 - y;
      const fromY = turns === 1 ? height - 1 - x : turns === 2 ? height - 1 - y : x;
      const from = (fromY * width + fromX) * channels;
      const to = (y * out.width + x) * channels;
      for (let c = 0; c < channels; c++) data[to + c] = source.data[from + c]!;
    }
  }
  return out;
}

/** A rectangle of a picture as a picture of its own. */
export function cutRaster(source: Raster, { left, top, width, height }: { left: number; top: number; width: number; height: number }): Raster {
  const { channels } = source;
  const data = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * source.width + left) * channels;
    data.set(source.data.subarray(from, from + width * channels), y * width * channels);
  }
  return { width, height, channels, data };
}

/** Rec. 709 luma of RGB, 0..255. */
export function luma(red: number, green: number, blue: number): number {
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
