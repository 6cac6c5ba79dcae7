import { between } from '../../random';
import { ellipse, lightPool, linear, radial, rect, vignette } from '../sketch';
import type { Layer, Scene, Sketch } from '../sketch';

/** Old bindings: browns, greens, wine, navy, now and then a bright one. */
const BINDINGS = [
  [45, 0.06],
  [60, 0.07],
  [28, 0.08],
  [150, 0.05],
  [255, 0.06],
  [75, 0.09],
  [10, 0.07],
  [200, 0.04],
] as const;

/** Bookcases over the whole wall, a reading lamp on one side. */
export const library: Scene = (sketch) => {
  const { w, h, u, random, tone } = sketch;
  const left = random() < 0.5;
  const wall = rect(0, 0, w, h, tone.paint(0.3, 0.035, 58));
  const lampX = left ? 0.13 : 0.87;
  const warm = tone.dark ? 0.75 : 0.5;
  return [
    { body: wall + cases(sketch), blur: 0.0115 },
    {
      body: `<defs>${linear('fall', [
        [0, 'rgba(10,6,2,0)'],
        [0.7, 'rgba(10,6,2,0.08)'],
        [1, 'rgba(10,6,2,0.5)'],
      ])}</defs>${rect(0, 0, w, h, 'url(#fall)')}`,
      blur: 0,
    },
    readingLamp(sketch, lampX),
    lightPool(sketch, {
      color: tone.glow(0.86, 0.1, 72, warm),
      fade: tone.glow(0.8, 0.1, 65, 0),
      cx: lampX,
      cy: 0.5,
      r: 0.5,
    }),
    ...(tone.dark
      ? []
      : [
          lightPool(sketch, {
            color: tone.glow(0.97, 0.03, tone.time === 'evening' ? 60 : 220, 0.32),
            fade: tone.glow(0.95, 0.03, 220, 0),
            cx: left ? 0.9 : 0.1,
            cy: 0.05,
            r: 0.62,
          }),
        ]),
    vignette({ ...sketch, u }, 0.5),
  ];
};

function cases(sketch: Sketch): string {
  const { w, h, u, tone } = sketch;
  const rows = Math.max(6, Math.round(h / (u * 0.185)));
  const tall = h / rows;
  let body = '';
  for (let row = 0; row < rows; row += 1) {
    const foot = (row + 1) * tall - u * 0.02;
    body +=
      rect(0, row * tall, w, tall, tone.paint(0.24, 0.035, 55)) +
      shelfOfBooks(sketch, foot, tall - u * 0.035);
    body += `<defs>${linear(`under${row}`, [
      [0, 'rgba(0,0,0,0.55)'],
      [1, 'rgba(0,0,0,0)'],
    ])}</defs>${rect(0, row * tall, w, tall * 0.36, `url(#under${row})`)}`;
    body += rect(0, foot, w, u * 0.022, tone.paint(0.5, 0.06, 58));
  }
  const posts = Math.max(2, Math.round(w / (u * 0.62)));
  for (let post = 0; post <= posts; post += 1)
    body +=
      rect((w * post) / posts - u * 0.018, 0, u * 0.036, h, tone.paint(0.46, 0.06, 57)) +
      rect((w * post) / posts + u * 0.018, 0, u * 0.014, h, 'rgba(0,0,0,0.3)');
  return body;
}

function shelfOfBooks({ w, u, random, tone }: Sketch, foot: number, room: number): string {
  let body = '';
  for (let x = 0; x < w;) {
    const [wide, tall] = [u * between(random, 0.014, 0.036), room * between(random, 0.62, 0.94)];
    const [hue, chroma] = BINDINGS[Math.floor(random() * BINDINGS.length)]!;
    const color = tone.paint(
      between(random, 0.36, 0.68),
      chroma,
      tone.hue !== null && random() < 0.5 ? tone.hue : hue,
    );
    if (random() < 0.92) {
      body += rect(x, foot - tall, wide, tall, color, u * 0.002);
      if (random() < 0.45)
        body += rect(
          x,
          foot - tall * between(random, 0.75, 0.86),
          wide,
          u * 0.007,
          tone.paint(0.8, 0.08, 82, 0.7),
        );
    } else x += u * between(random, 0.01, 0.05);
    x += wide * 1.02;
  }
  return body;
}

function readingLamp({ w, h, u, tone }: Sketch, at: number): Layer {
  const [x, y] = [w * at, h * 0.6];
  const glass = `<defs>${linear('glass', [
    [0, tone.glow(0.5, 0.11, 155)],
    [0.75, tone.glow(0.66, 0.13, 150)],
    [1, tone.glow(0.9, 0.1, 95)],
  ])}${radial('halo', [
    [0, tone.glow(0.95, 0.1, 80, 0.55)],
    [1, tone.glow(0.9, 0.1, 75, 0)],
  ])}</defs>`;
  const shade = `<path d="M${x - u * 0.13},${y} Q${x - u * 0.11},${y - u * 0.085} ${x},${y - u * 0.09} Q${x + u * 0.11},${y - u * 0.085} ${x + u * 0.13},${y}Z" fill="url(#glass)"/>`;
  const desk =
    rect(0, h * 0.86, w, h * 0.14, tone.paint(0.34, 0.05, 52)) +
    ellipse(x, h * 0.87, u * 0.3, u * 0.03, tone.glow(0.85, 0.1, 78, 0.4));
  return {
    body: `${glass}${desk}${ellipse(x, y + u * 0.03, u * 0.3, u * 0.26, 'url(#halo)')}${rect(x - u * 0.007, y, u * 0.014, h * 0.27, tone.glow(0.6, 0.09, 80))}${shade}${ellipse(x, h * 0.868, u * 0.07, u * 0.014, tone.glow(0.55, 0.09, 80))}`,
    blur: 0.009,
  };
}
