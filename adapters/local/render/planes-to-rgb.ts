import type { FrameSize } from '../../../contracts/media';

/** Planes Y, U, V in 4:2:0, BT.709, limited range, to interleaved RGB. Four pixels share a colour, as they will in a JPEG. */
export function planesToRgb(planes: Uint8Array, { width, height }: FrameSize): Uint8Array {
  const [blue, red] = [width * height, (width * height * 5) / 4];
  const rgb = new Uint8ClampedArray(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const chroma = (y >> 1) * (width >> 1) + (x >> 1);
      const [cb, cr] = [planes[blue + chroma]! - 128, planes[red + chroma]! - 128];
      const luma = (255 / 219) * (planes[y * width + x]! - 16);
      const at = (y * width + x) * 3;
      rgb[at] = luma + 1.7927 * cr;
      rgb[at + 1] = luma - 0.2132 * cb - 0.5329 * cr;
      rgb[at + 2] = luma + 2.1124 * cb;
    }
  }
  return new Uint8Array(rgb.buffer);
}
