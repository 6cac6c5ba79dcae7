import { between, createRandom } from '../random';
import type { FaceMesh } from '../../capabilities/image';
import type { Channels } from '../render/rig-types';
import { MOUTH } from './mesh-points';

/** The ground of a neutral image: colour at its brightest point and in the corners, and where the brightest point lies. */
export interface Ground {
  light: [number, number, number];
  dark: [number, number, number];
  /** Shares of the side. */
  centre: [number, number];
}

export interface NeutralLook {
  ground: Ground;
  channels: Channels;
  warnings: string[];
}

const GREY = { light: [238, 239, 241], dark: [189, 193, 199] } as const;
/** Grounds that a style may ask for, by a word in it. All stay soft and near grey, so that later stages are not misled. */
const GROUNDS: [
  words: RegExp,
  light: readonly [number, number, number],
  dark: readonly [number, number, number],
][] = [
  [/\b(dark|moody|black|night)\b/i, [92, 96, 103], [38, 41, 46]],
  [/\b(white|bright|high.?key|clean)\b/i, [252, 252, 252], [228, 230, 232]],
  [/\b(warm|sunny|golden|cosy|cozy)\b/i, [244, 238, 229], [204, 192, 177]],
  [/\b(cool|cold|blue|corporate)\b/i, [231, 237, 244], [174, 186, 200]],
  [/\b(gr[ae]y|neutral|studio|plain|soft|natural|professional)\b/i, GREY.light, GREY.dark],
];
/** A gap between the lips (height over width) from which on a photo counts as smiling with teeth. */
const SMILE_FROM = 0.03;
const SMILE_FULL = 0.15;

/**
 * How a neutral image looks: ground by style, small differences by seed (regenerating changes the seed), and the channels
 * that bring the mouth to rest. A mouth that is already shut keeps its corners: pulling them down would make it frown.
 */
export function chooseNeutralLook(
  mesh: FaceMesh,
  { style, seed }: { style: string | null; seed: number },
): NeutralLook {
  const random = createRandom(`neutral:${seed}`);
  const named = style === null ? undefined : GROUNDS.find(([words]) => words.test(style));
  const [light, dark] = named === undefined ? [GREY.light, GREY.dark] : [named[1], named[2]];
  const shift = between(random, -5, 5);
  const shade = (colour: readonly [number, number, number]): [number, number, number] => [
    colour[0] + shift,
    colour[1] + shift,
    colour[2] + shift,
  ];
  const centre: [number, number] = [between(random, 0.44, 0.56), between(random, 0.34, 0.46)];
  const calm = Math.min(1, Math.max(0, (mouthOpenness(mesh) - SMILE_FROM) / (SMILE_FULL - SMILE_FROM)));
  const corners = between(random, -0.05, 0.05);
  const unknown = style !== null && named === undefined;
  return {
    ground: { light: shade(light), dark: shade(dark), centre },
    channels: { close: 1, smile: (-0.35 + corners) * calm, wide: -0.25 * calm },
    warnings: unknown
      ? ['The local family knows grounds such as warm, cool, white and dark; this style was not applied.']
      : [],
  };
}

/** Whether a style names one of the grounds that are painted here. */
export function namesGround(style: string): boolean {
  return GROUNDS.some(([words]) => words.test(style));
}

/** Height of the gap between the lips over its width. */
export function mouthOpenness({ landmarks }: FaceMesh): number {
  const at = (index: number) => landmarks[index] ?? [0, 0, 0];
  const distance = (a: number, b: number) => Math.hypot(at(a)[0] - at(b)[0], at(a)[1] - at(b)[1]);
  return distance(MOUTH.upper, MOUTH.lower) / Math.max(1e-6, distance(MOUTH.left, MOUTH.right));
}

/** Paints a ground: a soft pool of light. Opaque RGBA, with a pattern below one level against visible steps. */
export function paintGround(
  { light, dark, centre }: Ground,
  size: { width: number; height: number },
): Uint8Array {
  const rgba = new Uint8Array(size.width * size.height * 4);
  for (let y = 0, at = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++, at += 4) {
      const away = Math.hypot((x + 0.5) / size.width - centre[0], (y + 0.5) / size.height - centre[1]);
      const t = Math.min(1, away / 0.85);
      const share = t * t * (3 - 2 * t);
      const dither = ((BAYER[(y & 3) * 4 + (x & 3)] ?? 0) + 0.5) / 16;
      for (let c = 0; c < 3; c++)
        rgba[at + c] = Math.floor(light[c]! + (dark[c]! - light[c]!) * share + dither);
      rgba[at + 3] = 255;
    }
  }
  return rgba;
}

/** Ordered dither (Bayer, 1973), 4 x 4. */
const BAYER = [0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5];
