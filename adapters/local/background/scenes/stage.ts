import { between } from '../../random';
import { bokeh, ellipse, lightPool, linear, polygon, rect, vignette } from '../sketch';
import type { Layer, Scene, Sketch } from '../sketch';

const MOOD_HUES = { calm: 240, confident: 262, warm: 30, energetic: 330, serious: 250, hopeful: 55 } as const;

/** A curtain in the dark, beams through haze, a rim of lamps. The hour does not reach it: it is always lit. */
export const stage: Scene = (sketch) => {
  const { w, h, random, tone } = sketch;
  const hue = tone.hue ?? MOOD_HUES[tone.mood] + between(random, -12, 12);
  const ground = `<defs>${linear('dark', [
    [0, tone.glow(0.17, 0.05, hue)],
    [1, tone.glow(0.09, 0.03, hue)],
  ])}</defs>${rect(0, 0, w, h, 'url(#dark)')}`;
  return [
    { body: ground + curtain(sketch, hue), blur: 0.011 },
    beams(sketch, hue),
    floor(sketch, hue),
    lightPool(sketch, {
      color: tone.glow(0.75, 0.1, hue + 15, 0.32),
      fade: tone.glow(0.6, 0.1, hue, 0),
      cx: 0.5,
      cy: 0.45,
      r: 0.55,
    }),
    lamps(sketch, hue),
    vignette(sketch, 0.55),
  ];
};

function curtain({ w, h, u, random, tone }: Sketch, hue: number): string {
  let body = `<defs>${linear(
    'fold',
    [
      [0, tone.glow(0.14, 0.07, hue)],
      [0.35, tone.glow(0.34, 0.12, hue)],
      [0.55, tone.glow(0.4, 0.13, hue)],
      [1, tone.glow(0.15, 0.08, hue)],
    ],
    true,
  )}</defs>`;
  for (let x = -u * 0.05; x < w;) {
    const wide = u * between(random, 0.06, 0.13);
    body += rect(x, 0, wide * 1.04, h * 0.88, 'url(#fold)');
    x += wide;
  }
  return `${body}<defs>${linear('drop', [
    [0, 'rgba(4,3,10,0.75)'],
    [0.4, 'rgba(4,3,10,0.1)'],
    [1, 'rgba(4,3,10,0.45)'],
  ])}</defs>${rect(0, 0, w, h * 0.88, 'url(#drop)')}`;
}

function beams({ w, h, u, random, tone }: Sketch, hue: number): Layer {
  const places = w > h ? [0.1, 0.3, 0.7, 0.9] : [0.12, 0.88];
  let body = '';
  places.forEach((at, index) => {
    const [x, lands] = [w * at, w * (0.5 + (at - 0.5) * between(random, 0.35, 0.7))];
    const color = hue + (index % 2 ? 28 : -18);
    body += `<defs>${linear(`beam${index}`, [
      [0, tone.glow(0.92, 0.09, color, 0.9)],
      [0.55, tone.glow(0.82, 0.1, color, 0.34)],
      [1, tone.glow(0.7, 0.1, color, 0)],
    ])}</defs>`;
    body += polygon(
      [
        [x - u * 0.015, -u * 0.02],
        [x + u * 0.015, -u * 0.02],
        [lands + u * 0.2, h * 0.92],
        [lands - u * 0.2, h * 0.92],
      ],
      `url(#beam${index})`,
    );
  });
  return { body, blur: 0.014, blend: 'screen' };
}

function floor({ w, h, u, tone }: Sketch, hue: number): Layer {
  const body = `<defs>${linear('boards', [
    [0, tone.glow(0.3, 0.07, hue + 20)],
    [1, tone.glow(0.12, 0.04, hue)],
  ])}</defs>${rect(0, h * 0.88, w, h * 0.12, 'url(#boards)')}${ellipse(w * 0.5, h * 0.92, u * 0.55, u * 0.05, tone.glow(0.75, 0.1, hue + 20, 0.35))}`;
  return { body, blur: 0.016 };
}

function lamps(sketch: Sketch, hue: number): Layer {
  const { random, tone, w, u, h } = sketch;
  const color = () =>
    tone.glow(between(random, 0.75, 0.9), 0.1, hue + between(random, -25, 40), between(random, 0.1, 0.3));
  let body = bokeh(sketch, {
    count: 22,
    area: [-0.02, 0.0, 1.02, 0.24],
    size: [0.012, 0.04],
    color,
    edge: () => tone.glow(0.92, 0.07, hue + 20, 0.18),
  });
  const count = Math.round(w / (u * 0.13));
  for (let index = 0; index <= count; index += 1)
    body += ellipse((w * index) / count, h * 0.9, u * 0.02, u * 0.02, tone.glow(0.93, 0.08, 75, 0.55));
  return { body, blur: 0.004, blend: 'screen' };
}
