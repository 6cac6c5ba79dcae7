import type { Plate } from '../../../../adapters/local/render/plate';
import { sharpenPlate } from '../../../../adapters/local/render/sharpen';

const SHARPENING = { flat: 0.3, edges: 1 };

/** Grey columns of 40 and 160 with an edge in the middle, 16 wide; the last four columns are transparent black. */
function edge(): Plate {
  const [width, height] = [16, 8];
  const rgba = Uint8Array.from({ length: width * height * 4 }, (_, i) => {
    const x = Math.floor(i / 4) % width;
    if (x >= 12) return 0;
    return i % 4 === 3 ? 255 : x < 6 ? 40 : 160;
  });
  return { width, height, rgba };
}

function row(plate: Plate): number[] {
  return Array.from({ length: plate.width }, (_, x) => plate.rgba[(3 * plate.width + x) * 4]!);
}

describe('sharpening a plate', () => {
  it('makes an edge steeper by a limited amount and leaves flat parts alone', () => {
    const plate = edge();
    sharpenPlate(plate, SHARPENING);
    const levels = row(plate);
    expect(levels.slice(0, 4)).toEqual([40, 40, 40, 40]);
    expect(levels[5]).toBeLessThan(20);
    expect(levels[6]).toBeGreaterThan(180);
    expect(levels[6]).toBeLessThanOrEqual(185);
  });

  it('draws no rim where the cut-out ends', () => {
    const plate = edge();
    sharpenPlate(plate, SHARPENING);
    expect(row(plate).slice(8)).toEqual([160, 160, 160, 160, 0, 0, 0, 0]);
  });

  it('keeps alpha, and the hue of a coloured picture', () => {
    const plate = edge();
    for (let i = 0; i < plate.rgba.length; i += 4) if (plate.rgba[i + 3] !== 0) plate.rgba[i] = plate.rgba[i]! + 30;
    const before = plate.rgba.slice();
    sharpenPlate(plate, SHARPENING);
    const differences = [...plate.rgba].map((value, i) => value - before[i]!);
    for (let i = 0; i < differences.length; i += 4) {
      expect(differences[i + 1]).toBe(differences[i + 2]);
      expect(differences[i + 3]).toBe(0);
    }
    expect(differences[5 * 4]).toBe(differences[5 * 4 + 1]);
  });
});
