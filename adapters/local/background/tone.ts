import type { Mood, TimeOfDay } from '../plan/keywords';

/** A colour in OKLCH (Björn Ottosson, 2020): lightness 0..1, chroma 0..0.3, hue in degrees. */
export interface Oklch {
  l: number;
  c: number;
  h: number;
}

/** What time of day, mood and wishes do to every colour of a scene. Scenes are designed in plain daylight. */
export interface Tone {
  time: TimeOfDay;
  mood: Mood;
  /** Turns a daylight colour into CSS; alpha 0..1. */
  paint(l: number, c: number, h: number, alpha?: number): string;
  /** A colour that gives light itself: hour and mood leave it alone. */
  glow(l: number, c: number, h: number, alpha?: number): string;
  /** Hue that prompt or note asked for, else null. */
  hue: number | null;
  dark: boolean;
}

interface Shift {
  light: number;
  chroma: number;
  /** Hue towards which colours lean, and how far (0..1). */
  hue: number;
  lean: number;
}

const TIMES: Record<TimeOfDay, Shift> = {
  morning: { light: 1.03, chroma: 0.92, hue: 75, lean: 0.12 },
  day: { light: 1, chroma: 1, hue: 90, lean: 0 },
  evening: { light: 0.78, chroma: 1.08, hue: 48, lean: 0.3 },
  night: { light: 0.56, chroma: 0.85, hue: 266, lean: 0.36 },
};

/** Under a roof lamps are on after dark, and evening light comes in softened. */
const INDOORS: Partial<Record<TimeOfDay, Shift>> = {
  evening: { light: 0.86, chroma: 1.06, hue: 55, lean: 0.22 },
  night: { light: 0.6, chroma: 1.05, hue: 58, lean: 0.2 },
};

const MOODS: Record<Mood, Shift> = {
  calm: { light: 1.02, chroma: 0.82, hue: 220, lean: 0.06 },
  confident: { light: 0.97, chroma: 1, hue: 245, lean: 0.05 },
  warm: { light: 1.01, chroma: 1.08, hue: 62, lean: 0.14 },
  energetic: { light: 1.03, chroma: 1.32, hue: 30, lean: 0.03 },
  serious: { light: 0.8, chroma: 0.68, hue: 255, lean: 0.16 },
  hopeful: { light: 1.06, chroma: 1.05, hue: 85, lean: 0.08 },
};

const HUES: [RegExp, number][] = [
  [/\bred\b|crimson|scarlet/i, 25],
  [/orange|terracotta|amber/i, 55],
  [/yellow|gold(?!en hour)|mustard/i, 92],
  [/\bgreen\b|olive|emerald|sage\b/i, 148],
  [/teal|turquoise|cyan|mint\b/i, 192],
  [/\bblue\b|navy|azure/i, 252],
  [/purple|violet|lavender/i, 305],
  [/pink|magenta|\brose\b/i, 350],
];

export interface ToneOptions {
  time: TimeOfDay;
  mood: Mood;
  /** Prompt and note: may name a colour, "dark" or "bright". */
  wish: string;
  indoors: boolean;
}

export function createTone({ time, mood, wish, indoors }: ToneOptions): Tone {
  const shifts = [(indoors && INDOORS[time]) || TIMES[time], MOODS[mood]];
  const asked =
    (/\b(?:darker|dimmer|less bright|dim)\b/i.test(wish) ? 0.82 : 1) *
    (/\b(?:brighter|lighter|less dark|brightly)\b/i.test(wish) ? 1.15 : 1);
  const hue = HUES.find(([pattern]) => pattern.test(wish))?.[1] ?? null;
  const shift = (l: number, c: number, h: number): Oklch =>
    shifts.reduce(
      (color, { light, chroma, hue: towards, lean }) =>
        mixHue({ l: color.l * light, c: color.c * chroma, h: color.h }, towards, lean),
      { l: l * asked, c, h },
    );
  return {
    time,
    mood,
    hue,
    dark: time === 'night',
    paint: (l, c, h, alpha = 1) => toCss(shift(l, c, h), alpha),
    glow: (l, c, h, alpha = 1) => toCss({ l, c, h }, alpha),
  };
}

/** Moves a colour towards a hue in the colour plane, so that greys take the tint and complements pass through grey. */
function mixHue({ l, c, h }: Oklch, towards: number, lean: number): Oklch {
  const strength = Math.max(c, 0.035);
  const [a1, b1] = polar(c, h);
  const [a2, b2] = polar(strength, towards);
  const [a, b] = [a1 + (a2 - a1) * lean, b1 + (b2 - b1) * lean];
  return { l, c: Math.hypot(a, b), h: (Math.atan2(b, a) * 180) / Math.PI };
}

function polar(c: number, h: number): [number, number] {
  const angle = (h * Math.PI) / 180;
  return [c * Math.cos(angle), c * Math.sin(angle)];
}

/** sRGB as CSS; colours outside the gamut lose chroma, not lightness. */
function toCss(color: Oklch, alpha: number): string {
  const l = Math.min(Math.max(color.l, 0), 1);
  for (let c = color.c; c > 0.004; c *= 0.9) {
    const rgb = toSrgb({ l, c, h: color.h });
    if (rgb.every((value) => value >= -0.002 && value <= 1.002)) return format(rgb, alpha);
  }
  return format(toSrgb({ l, c: 0, h: 0 }), alpha);
}

function format(rgb: number[], alpha: number): string {
  const [r, g, b] = rgb.map((value) => Math.round(Math.min(Math.max(value, 0), 1) * 255));
  return alpha >= 1 ? `rgb(${r},${g},${b})` : `rgba(${r},${g},${b},${alpha.toFixed(3)})`;
}

function toSrgb({ l, c, h }: Oklch): number[] {
  const [a, b] = polar(c, h);
  const [long, medium, short] = [
    l + 0.3963377774 * a + 0.2158037573 * b,
    l - 0.1055613458 * a - 0.0638541728 * b,
    l - 0.0894841775 * a - 1.291485548 * b,
  ].map((value) => value ** 3);
  const linear = [
    4.0767416621 * long! - 3.3077115913 * medium! + 0.2309699292 * short!,
    -1.2684380046 * long! + 2.6097574011 * medium! - 0.3413193965 * short!,
    -0.0041960863 * long! - 0.7034186147 * medium! + 1.707614701 * short!,
  ];
  return linear.map((value) => (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055));
}
