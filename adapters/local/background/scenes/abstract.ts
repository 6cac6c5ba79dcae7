import { between } from '../../random';
import { ellipse, linear, rect, smooth, vignette } from '../sketch';
import type { Scene, Sketch } from '../sketch';

const MOOD_HUES = {
  calm: 225,
  confident: 255,
  warm: 40,
  energetic: 345,
  serious: 265,
  hopeful: 165,
} as const;

/** Large soft bodies of light with slow ribbons across. */
export const abstract: Scene = (sketch) => {
  const { w, h, u, random, tone } = sketch;
  const hue = tone.hue ?? MOOD_HUES[tone.mood] + between(random, -15, 15);
  const spread = between(random, 35, 60) * (random() < 0.5 ? -1 : 1);
  const base = `<defs>${linear('ground', [
    [0, tone.paint(0.6, 0.075, hue)],
    [1, tone.paint(0.42, 0.07, hue + spread * 0.4)],
  ])}</defs>${rect(0, 0, w, h, 'url(#ground)')}`;
  let bodies = '';
  for (let index = 0; index < 7; index += 1) {
    const turn = hue + spread * (index / 6);
    const [cx, cy] = [w * between(random, -0.05, 1.05), h * between(random, -0.05, 0.95)];
    bodies += ellipse(
      cx,
      cy,
      u * between(random, 0.25, 0.5),
      u * between(random, 0.22, 0.42),
      tone.paint(between(random, 0.55, 0.86), 0.095, turn, 0.5),
    );
  }
  return [
    { body: base, blur: 0 },
    { body: bodies, blur: 0.12 },
    { body: ribbons(sketch, hue + spread), blur: 0.012, blend: 'screen' },
    vignette(sketch, 0.38),
  ];
};

function ribbons({ w, h, random, tone }: Sketch, hue: number): string {
  let body = '';
  const start = between(random, 0.15, 0.5);
  const swing = between(random, 0.12, 0.24);
  const phase = random() * 6;
  for (let index = 0; index < 5; index += 1) {
    const line = (shift: number): [number, number][] =>
      Array.from({ length: 9 }, (_, at) => [
        w * (at / 8) * 1.2 - w * 0.1,
        h * (start + index * 0.055 + shift + swing * Math.sin(phase + at * 0.55 + index * 0.22)),
      ]);
    const [upper, lower] = [smooth(line(0)), smooth(line(0.1 + index * 0.02).reverse())];
    body += `<path d="${upper} L${lower.slice(1)}Z" fill="url(#ribbon${index})"/>`;
    body = `<defs>${linear(`ribbon${index}`, [
      [0, tone.paint(0.8, 0.1, hue - index * 9, 0.22)],
      [0.5, tone.paint(0.7, 0.1, hue - index * 9, 0.06)],
      [1, tone.paint(0.7, 0.1, hue - index * 9, 0)],
    ])}</defs>${body}`;
  }
  return body;
}
