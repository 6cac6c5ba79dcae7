import { between } from '../../random';
import { bokeh, lightPool, linear, rect, vignette } from '../sketch';
import type { Layer, Scene, Sketch } from '../sketch';

const SKY = {
  morning: [0.78, 0.06, 265, 0.93, 0.07, 55],
  day: [0.74, 0.08, 245, 0.94, 0.025, 230],
  evening: [0.5, 0.09, 295, 0.84, 0.14, 50],
  night: [0.17, 0.05, 275, 0.36, 0.1, 320],
} as const;

/** A skyline in three depths of haze; after dark its lights drift out of focus. */
export const city: Scene = (sketch) => {
  const { w, h, random, tone } = sketch;
  const [l1, c1, h1, l2, c2, h2] = SKY[tone.time];
  const sky = `<defs>${linear('sky', [
    [0, tone.glow(l1, c1, h1)],
    [0.75, tone.glow(l2, c2, h2)],
    [1, tone.glow(l2, c2, h2)],
  ])}</defs>${rect(0, 0, w, h, 'url(#sky)')}`;
  const lit = tone.dark || tone.time === 'evening';
  const sunX = random() < 0.5 ? 0.18 : 0.82;
  const glow = lightPool(sketch, {
    color: tone.dark ? tone.glow(0.6, 0.14, 330, 0.3) : tone.glow(0.96, 0.08, 65, 0.6),
    fade: tone.glow(0.9, 0.08, 60, 0),
    cx: tone.dark ? 0.5 : sunX,
    cy: tone.dark ? 0.95 : 0.4,
    r: 0.6,
  });
  return [
    { body: sky, blur: 0 },
    ...[0, 1, 2].map((depth) => skyline(sketch, depth, lit)),
    glow,
    ...(lit ? [lamps(sketch)] : [railing(sketch)]),
    vignette(sketch, lit ? 0.5 : 0.3),
  ];
};

function skyline({ w, h, u, random, tone }: Sketch, depth: number, lit: boolean): Layer {
  const near = depth / 2;
  let body = '';
  for (let x = -u * 0.06; x < w;) {
    const wide = u * between(random, 0.09, 0.2) * (0.8 + near * 0.6);
    const top = h * (0.3 + depth * 0.1 + between(random, -0.1, 0.14));
    const stone = random() < 0.4 ? 65 : 240;
    const shade = tone.dark
      ? tone.glow(0.26 - near * 0.13, 0.045, 275)
      : tone.time === 'evening'
        ? tone.glow(0.56 - near * 0.28, 0.06, 310 - near * 30)
        : tone.paint(0.84 - near * 0.22, 0.02 + near * 0.025, stone);
    const light = tone.dark
      ? tone.glow(0.3 - near * 0.12, 0.045, 280)
      : tone.paint(0.9 - near * 0.13, 0.025 + near * 0.02, stone === 65 ? 75 : 230);
    body += rect(x, top, wide, h - top, shade) + rect(x, top, wide * 0.3, h - top, lit ? shade : light);
    if (random() < 0.3) body += rect(x + wide * 0.4, top - u * 0.06, u * 0.008, u * 0.07, shade);
    body += panes({ x, top, wide, bottom: h }, { w, h, u, random, tone }, lit);
    x += wide * between(random, 0.96, 1.15);
  }
  return { body, blur: 0.008 + near * 0.006 };
}

function panes(
  house: { x: number; top: number; wide: number; bottom: number },
  { u, random, tone }: Sketch,
  lit: boolean,
): string {
  let body = '';
  const step = u * 0.034;
  for (let y = house.top + step * 0.7; y < house.bottom; y += step) {
    for (let x = house.x + step * 0.4; x < house.x + house.wide - step * 0.6; x += step * 0.9) {
      if (lit && random() < 0.3)
        body += rect(
          x,
          y,
          u * 0.015,
          u * 0.018,
          tone.glow(
            between(random, 0.72, 0.9),
            0.1,
            random() < 0.8 ? between(random, 60, 85) : 230,
            between(random, 0.4, 0.95),
          ),
        );
      if (!lit && random() < 0.75)
        body += rect(x, y, u * 0.017, u * 0.02, tone.paint(0.52, 0.045, 240, 0.42));
    }
  }
  return body;
}

function lamps(sketch: Sketch): Layer {
  const { random, tone } = sketch;
  const hues = [72, 55, 30, 235, 340];
  const color = () =>
    tone.glow(
      between(random, 0.72, 0.86),
      0.13,
      hues[Math.floor(random() * hues.length)]!,
      between(random, 0.12, 0.4),
    );
  return {
    body: bokeh(sketch, {
      count: 64,
      area: [-0.02, 0.46, 1.02, 1.02],
      size: [0.012, 0.058],
      color,
      edge: () => tone.glow(0.9, 0.1, 70, 0.16),
    }),
    blur: 0.0022,
    blend: 'screen',
  };
}

/** By day the view is from a roof terrace: a rail and hedge close to the lens, far out of focus. */
function railing({ w, h, u, random, tone }: Sketch): Layer {
  let body = '';
  for (let index = 0; index < 90; index += 1) {
    body += `<circle cx="${(w * random()).toFixed(1)}" cy="${(h * between(random, 0.9, 1.03)).toFixed(1)}" r="${(u * between(random, 0.02, 0.05)).toFixed(1)}" fill="${tone.paint(between(random, 0.4, 0.62), 0.09, between(random, 125, 150), 0.8)}"/>`;
  }
  return { body: body + rect(0, h * 0.865, w, u * 0.018, tone.paint(0.4, 0.01, 250)), blur: 0.014 };
}
