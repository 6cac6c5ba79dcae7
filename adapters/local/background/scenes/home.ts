import { between } from '../../random';
import { ellipse, lightPool, linear, plant, polygon, radial, rect, vignette } from '../sketch';
import type { Scene, Sketch } from '../sketch';

/** A living room: pictures over a sofa, a floor lamp, a curtain with the hour's light behind it. */
export const home: Scene = (sketch) => {
  const { w, h, u, random, tone } = sketch;
  const mirrored = random() < 0.5;
  const hue = tone.hue ?? between(random, 55, 95);
  const wall = `<defs>${linear(
    'wall',
    [
      [0, tone.paint(0.84, 0.035, hue)],
      [1, tone.paint(0.7, 0.045, hue - 10)],
    ],
    true,
  )}</defs>${rect(0, 0, w, h, 'url(#wall)')}${rect(0, h * 0.93, w, h * 0.07, tone.paint(0.5, 0.05, 55))}`;
  const lampX = 0.83;
  const flip = (body: string) =>
    mirrored ? `<g transform="translate(${w},0) scale(-1,1)">${body}</g>` : body;
  const room = wall + flip(curtain(sketch) + frames(sketch));
  const glowX = mirrored ? 1 - lampX : lampX;
  return [
    { body: room, blur: 0.013 },
    { body: flip(sofa(sketch)), blur: 0.011 },
    {
      body: flip(
        lamp(sketch, lampX) + plant(sketch, { x: w * 0.965, y: h * 0.95, size: u * 0.3, stems: 11 }),
      ),
      blur: 0.008,
    },
    lightPool(sketch, {
      color: tone.glow(0.9, 0.1, 72, tone.dark ? 0.62 : 0.36),
      fade: tone.glow(0.8, 0.1, 65, 0),
      cx: glowX,
      cy: 0.32,
      r: 0.48,
    }),
    ...(tone.dark
      ? []
      : [
          lightPool(sketch, {
            color: tone.glow(0.97, 0.04, tone.time === 'day' ? 210 : 65, 0.4),
            fade: tone.glow(0.95, 0.04, 80, 0),
            cx: mirrored ? 0.95 : 0.05,
            cy: 0.3,
            r: 0.45,
          }),
        ]),
    vignette(sketch, 0.42),
  ];
};

function curtain({ w, h, u, random, tone }: Sketch): string {
  const [x, wide] = [w * 0.0, w * 0.16];
  const pane = tone.dark
    ? tone.glow(0.26, 0.05, 268)
    : tone.time === 'evening'
      ? tone.glow(0.84, 0.11, 60)
      : tone.glow(0.95, 0.03, 230);
  let body = rect(x, h * 0.06, wide, h * 0.72, pane);
  for (let fold = 0; fold < 7; fold += 1) {
    const fx = x + wide * 0.62 + fold * u * 0.026;
    body += rect(fx, h * 0.04, u * 0.028, h * 0.84, tone.paint(fold % 2 ? 0.9 : 0.8, 0.02, 75), u * 0.012);
  }
  return body + rect(x, h * 0.035, wide + u * (0.16 + random() * 0.02), u * 0.012, tone.paint(0.4, 0.03, 60));
}

function frames({ w, h, u, random, tone }: Sketch): string {
  let body = '';
  const wide = Math.min(u * 0.23, w * 0.2);
  for (let index = 0; index < 3; index += 1) {
    const [fw, fh] = [wide * between(random, 0.75, 0.95), wide * between(random, 0.85, 1.25)];
    const [x, y] = [w * (0.3 + index * 0.16), h * 0.24 - fh * 0.5 + u * between(random, -0.015, 0.015)];
    const hue = (tone.hue ?? 200) + between(random, -70, 70);
    body +=
      rect(x + u * 0.006, y + u * 0.01, fw, fh, tone.paint(0.3, 0.02, 60, 0.3)) +
      rect(x, y, fw, fh, tone.paint(0.36, 0.035, 58)) +
      rect(x + u * 0.01, y + u * 0.01, fw - u * 0.02, fh - u * 0.02, tone.paint(0.95, 0.008, 85));
    const [ix, iy, iw, ih] = [x + fw * 0.16, y + fh * 0.16, fw * 0.68, fh * 0.68];
    body +=
      rect(ix, iy, iw, ih, tone.paint(0.78, 0.05, hue)) +
      polygon(
        [
          [ix, iy + ih],
          [ix, iy + ih * 0.62],
          [ix + iw * 0.4, iy + ih * 0.42],
          [ix + iw, iy + ih * 0.7],
          [ix + iw, iy + ih],
        ],
        tone.paint(0.55, 0.07, hue - 30),
      );
  }
  return body;
}

function sofa({ w, h, u, random, tone }: Sketch): string {
  const hue = tone.hue ?? [205, 150, 30, 250][Math.floor(random() * 4)]!;
  const [x, y, wide] = [w * 0.17, h * 0.66, w * 0.58];
  const shade = (l: number) => tone.paint(l, 0.045, hue);
  let body = `<defs>${linear('back', [
    [0, shade(0.62)],
    [1, shade(0.46)],
  ])}${linear('seat', [
    [0, shade(0.6)],
    [1, shade(0.42)],
  ])}</defs>`;
  body += rect(x, y, wide, h * 0.3, 'url(#back)', u * 0.05);
  for (let seat = 0; seat < 2; seat += 1)
    body += rect(x + wide * (0.05 + seat * 0.455), h * 0.81, wide * 0.445, h * 0.13, 'url(#seat)', u * 0.03);
  body +=
    rect(x - u * 0.04, h * 0.74, u * 0.12, h * 0.22, shade(0.5), u * 0.045) +
    rect(x + wide - u * 0.08, h * 0.74, u * 0.12, h * 0.22, shade(0.48), u * 0.045);
  [0.14, 0.78].forEach((at, index) => {
    const [cx, cy, side] = [x + wide * at, h * 0.755, u * 0.16];
    body += `<g transform="rotate(${index ? 8 : -9} ${cx.toFixed(1)} ${cy.toFixed(1)})">${rect(cx - side / 2, cy - side / 2, side, side, tone.paint(0.74, 0.08, hue + (index ? 150 : 185)), u * 0.03)}</g>`;
  });
  return body;
}

function lamp({ w, h, u, tone }: Sketch, at: number): string {
  const [x, y] = [w * at, h * 0.36];
  const shade = `<defs>${linear('shade', [
    [0, tone.glow(0.9, 0.07, 80)],
    [0.6, tone.glow(0.97, 0.05, 88)],
    [1, tone.glow(0.88, 0.09, 74)],
  ])}${radial('halo', [
    [0, tone.glow(0.95, 0.09, 80, 0.5)],
    [1, tone.glow(0.9, 0.1, 75, 0)],
  ])}</defs>`;
  return `${shade}${ellipse(x, y - u * 0.05, u * 0.34, u * 0.34, 'url(#halo)')}${rect(x - u * 0.008, y, u * 0.016, h * 0.58, tone.paint(0.34, 0.02, 60))}${polygon(
    [
      [x - u * 0.115, y],
      [x + u * 0.115, y],
      [x + u * 0.075, y - u * 0.16],
      [x - u * 0.075, y - u * 0.16],
    ],
    'url(#shade)',
  )}`;
}
