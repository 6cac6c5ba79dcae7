import type { VisemeName } from '../../../contracts/media';

/** A mouth shape as numbers in 0..1; closure 1 means that the lips touch. */
export interface MouthShape {
  id: VisemeName;
  openness: number;
  rounding: number;
  closure: number;
}

function shape(id: VisemeName, openness: number, rounding: number, closure = 0): MouthShape {
  return { id, openness, rounding, closure };
}

export const SILENT_MOUTH = shape('sil', 0, 0.1, 0.6);

/**
 * ARPAbet phones as flite names them to the 15 visemes of the Oculus set. Diphthongs are two shapes. The openness of a
 * vowel follows its height: high 0.3, mid 0.55, low 0.85 to 1.
 */
export const PHONE_SHAPES: Record<string, readonly [MouthShape] | readonly [MouthShape, MouthShape]> = {
  p: [shape('PP', 0, 0.1, 1)],
  b: [shape('PP', 0, 0.1, 1)],
  m: [shape('PP', 0, 0.1, 1)],
  f: [shape('FF', 0.12, 0.05, 0.7)],
  v: [shape('FF', 0.12, 0.05, 0.7)],
  th: [shape('TH', 0.25, 0.05)],
  dh: [shape('TH', 0.25, 0.05)],
  t: [shape('DD', 0.22, 0.05)],
  d: [shape('DD', 0.25, 0.05)],
  k: [shape('kk', 0.3, 0.1)],
  g: [shape('kk', 0.3, 0.1)],
  hh: [shape('kk', 0.4, 0.1)],
  ch: [shape('CH', 0.22, 0.6)],
  jh: [shape('CH', 0.22, 0.6)],
  sh: [shape('CH', 0.22, 0.65)],
  zh: [shape('CH', 0.22, 0.65)],
  s: [shape('SS', 0.14, 0)],
  z: [shape('SS', 0.14, 0)],
  n: [shape('nn', 0.24, 0.05)],
  l: [shape('nn', 0.35, 0.05)],
  ng: [shape('kk', 0.28, 0.1)],
  r: [shape('RR', 0.3, 0.5)],
  er: [shape('RR', 0.38, 0.45)],
  axr: [shape('RR', 0.36, 0.45)],
  w: [shape('U', 0.18, 1)],
  y: [shape('I', 0.28, 0)],
  aa: [shape('aa', 1, 0.1)],
  ae: [shape('aa', 0.85, 0)],
  ah: [shape('aa', 0.6, 0.1)],
  ax: [shape('E', 0.42, 0.1)],
  ao: [shape('O', 0.75, 0.6)],
  eh: [shape('E', 0.6, 0)],
  ih: [shape('I', 0.4, 0)],
  iy: [shape('I', 0.3, 0)],
  uh: [shape('U', 0.35, 0.7)],
  uw: [shape('U', 0.25, 0.95)],
  ey: [shape('E', 0.55, 0), shape('I', 0.35, 0)],
  ay: [shape('aa', 0.9, 0.05), shape('I', 0.35, 0)],
  oy: [shape('O', 0.65, 0.7), shape('I', 0.35, 0.1)],
  aw: [shape('aa', 0.9, 0.1), shape('U', 0.35, 0.85)],
  ow: [shape('O', 0.55, 0.75), shape('U', 0.3, 0.95)],
};
