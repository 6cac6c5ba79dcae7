import type { FaceMesh } from '../../capabilities/image';
import { CHIN, FOREHEAD_TOP, LEFT_IRIS, RIGHT_IRIS } from './mesh-points';
import type { Raster } from './raster';

export interface Swatch {
  name: string;
  hex: string;
}

type Colour = [red: number, green: number, blue: number];

const LEFT_CHEEK = 50;
const RIGHT_CHEEK = 280;
const LEFT_JAW = 172;
const RIGHT_JAW = 397;
const LOWER_LIP = 17;
const LOWER_LIP_INNER = 14;
/** Alpha from which a pixel is the subject's own colour. */
const SOLID = 240;

/** Colours of the person as the plate shows them, sampled at landmarks; nothing here judges or corrects them. */
export function samplePalette(plate: Raster, mesh: FaceMesh): Swatch[] {
  const unit = mesh.interocular;
  const at = (index: number) => mesh.landmarks[index] ?? [0, 0, 0];
  const disc = (indices: number[], radius: number, shiftY = 0) =>
    median(
      indices.flatMap((index) =>
        collect(plate, { x: at(index)[0], y: at(index)[1] + shiftY, radiusX: radius, radiusY: radius }),
      ),
    );
  const lipMiddle = (at(LOWER_LIP_INNER)[1] - at(LOWER_LIP)[1]) * 0.45;
  const [crown, chin] = [at(FOREHEAD_TOP), at(CHIN)];
  const hair = collect(plate, {
    x: crown[0],
    y: crown[1] - 0.55 * unit,
    radiusX: 0.8 * unit,
    radiusY: 0.2 * unit,
  });
  const clothes = collect(plate, {
    x: chin[0],
    y: chin[1] + 2.9 * unit,
    radiusX: 2.2 * unit,
    radiusY: 1.3 * unit,
  });
  const named: [name: string, colour: Colour | null][] = [
    ['Skin', disc([LEFT_CHEEK, RIGHT_CHEEK], 0.09 * unit)],
    ['Skin in shade', disc([LEFT_JAW, RIGHT_JAW], 0.06 * unit)],
    ['Lips', disc([LOWER_LIP], 0.05 * unit, lipMiddle)],
    ['Hair', median(hair)],
    ['Eyes', disc([LEFT_IRIS[0], RIGHT_IRIS[0]], 0.06 * unit)],
    ['Clothing', dominant(clothes)],
  ];
  return named.flatMap(([name, colour]) => (colour === null ? [] : [{ name, hex: toHex(colour) }]));
}

interface Ellipse {
  x: number;
  y: number;
  radiusX: number;
  radiusY: number;
}

/** Colours of the solid pixels inside an ellipse. */
function collect(plate: Raster, { x, y, radiusX, radiusY }: Ellipse): Colour[] {
  const found: Colour[] = [];
  for (let row = Math.floor(y - radiusY); row <= y + radiusY; row++) {
    for (let column = Math.floor(x - radiusX); column <= x + radiusX; column++) {
      const outside = ((column + 0.5 - x) / radiusX) ** 2 + ((row + 0.5 - y) / radiusY) ** 2 > 1;
      if (outside || row < 0 || column < 0 || row >= plate.height || column >= plate.width) continue;
      const from = (row * plate.width + column) * 4;
      if (plate.data[from + 3]! >= SOLID)
        found.push([plate.data[from]!, plate.data[from + 1]!, plate.data[from + 2]!]);
    }
  }
  return found;
}

function median(colours: Colour[]): Colour | null {
  if (colours.length === 0) return null;
  const middle = (c: 0 | 1 | 2) =>
    colours.map((colour) => colour[c]).sort((a, b) => a - b)[colours.length >> 1] ?? 0;
  return [middle(0), middle(1), middle(2)];
}

/** The mean of the most frequent colour, in steps of 32 levels. */
function dominant(colours: Colour[]): Colour | null {
  const groups = new Map<number, Colour[]>();
  for (const colour of colours) {
    const key = colour.reduce((sum, value) => sum * 8 + (value >> 5), 0);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [colour]);
    else group.push(colour);
  }
  const largest = [...groups.values()].reduce<Colour[]>(
    (best, group) => (group.length > best.length ? group : best),
    [],
  );
  return median(largest);
}

function toHex(colour: Colour): string {
  return `#${colour.map((value) => Math.round(value).toString(16).padStart(2, '0')).join('')}`;
}
