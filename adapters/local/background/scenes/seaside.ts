import { between } from '../../random';
import { ellipse, lightPool, linear, polygon, rect, smooth, vignette } from '../sketch';
import type { Layer, Scene, Sketch } from '../sketch';

const SKY = {
  morning: [0.8, 0.06, 250, 0.93, 0.06, 45],
  day: [0.7, 0.11, 245, 0.92, 0.035, 225],
  evening: [0.58, 0.09, 300, 0.86, 0.14, 58],
  night: [0.2, 0.05, 272, 0.34, 0.06, 262],
} as const;
const HORIZON = 0.56;

/** Sky, sea and sand in long quiet bands, a coast on the side away from the sun, sails on the horizon. */
export const seaside: Scene = (sketch) => {
  const { w, h, random, tone } = sketch;
  const [l1, c1, h1, l2, c2, h2] = SKY[tone.time];
  const sky = `<defs>${linear('sky', [
    [0, tone.glow(l1, c1, h1)],
    [HORIZON, tone.glow(l2, c2, h2)],
    [1, tone.glow(l2, c2, h2)],
  ])}</defs>${rect(0, 0, w, h, 'url(#sky)')}`;
  const sunX = random() < 0.5 ? between(random, 0.12, 0.28) : between(random, 0.72, 0.88);
  const low = tone.time === 'evening' || tone.time === 'morning';
  const glow = lightPool(sketch, {
    color: tone.dark ? tone.glow(0.85, 0.02, 250, 0.4) : tone.glow(0.97, 0.09, 75, 0.8),
    fade: tone.glow(0.95, 0.08, 70, 0),
    cx: sunX,
    cy: low ? HORIZON - 0.07 : 0.15,
    r: 0.45,
  });
  return [
    { body: sky, blur: 0 },
    ...(tone.dark ? [moon(sketch, sunX)] : []),
    clouds(sketch),
    sea(sketch, [l2, c2, h2]),
    coast(sketch, sunX > 0.5),
    sails(sketch),
    glints(sketch, sunX),
    beach(sketch),
    glow,
    vignette(sketch, 0.28),
  ];
};

function moon({ w, h, u, tone }: Sketch, x: number): Layer {
  return { body: ellipse(w * x, h * 0.15, u * 0.036, u * 0.036, tone.glow(0.95, 0.02, 95, 0.95)), blur: 0.004 };
}

function clouds({ w, h, u, random, tone }: Sketch): Layer {
  let body = '';
  for (let bank = 0; bank < 4; bank += 1) {
    const [cx, cy] = [w * between(random, 0, 1), h * between(random, 0.08, HORIZON - 0.12)];
    for (let puff = 0; puff < 9; puff += 1) {
      const reach = between(random, -1, 1);
      body += ellipse(
        cx + reach * u * 0.32,
        cy + u * between(random, -0.02, 0.02),
        u * between(random, 0.07, 0.17) * (1.1 - Math.abs(reach) * 0.6),
        u * between(random, 0.012, 0.035),
        tone.paint(0.97, 0.02, 60, tone.dark ? 0.12 : 0.34),
      );
    }
  }
  return { body, blur: 0.016 };
}

function sea({ w, h, u, random, tone }: Sketch, [l, c, hue]: readonly [number, number, number]): Layer {
  const top = h * HORIZON;
  let body = `<defs>${linear('sea', [
    [0, tone.glow(l * 0.86, c * 0.6 + 0.01, hue)],
    [0.25, tone.paint(0.6, 0.085, 228)],
    [1, tone.paint(0.5, 0.09, 215)],
  ])}</defs>${rect(0, top, w, h - top, 'url(#sea)')}`;
  for (let wave = 0; wave < 60; wave += 1) {
    const near = random() ** 1.6;
    const y = top + near * h * 0.27 + u * 0.004;
    body += ellipse(
      w * random(),
      y,
      u * (0.05 + near * 0.25) * between(random, 0.5, 1.3),
      u * (0.0012 + near * 0.006),
      random() < 0.5 ? tone.paint(0.8, 0.05, 220, 0.2) : tone.paint(0.35, 0.08, 235, 0.18),
    );
  }
  return { body, blur: 0.004 };
}

/** Two headlands that fall to the horizon from one edge of the picture, the far one longer and paler. */
function coast({ w, h, u, random, tone }: Sketch, left: boolean): Layer {
  const headland = (length: number, height: number, color: string): string => {
    const points = Array.from({ length: 9 }, (_, at): [number, number] => {
      const x = (length * (at - 1)) / 7;
      const fall = 1 - (Math.max(0, at - 1) / 7) ** 1.7;
      return [w * (left ? x : 1 - x), h * HORIZON - u * height * fall * between(random, 0.85, 1.15)];
    });
    const edge = left ? -w * 0.1 : w * 1.1;
    return `<path d="${smooth(points)} L${edge.toFixed(1)},${(h * HORIZON).toFixed(1)}Z" fill="${color}"/>`;
  };
  const far = headland(between(random, 0.36, 0.6), between(random, 0.05, 0.09), tone.paint(0.66, 0.05, 225));
  const near = headland(between(random, 0.16, 0.3), between(random, 0.1, 0.17), tone.paint(0.5, 0.06, 200));
  return { body: far + near, blur: 0.006 };
}

/** Up to three boats, never behind the speaker. */
function sails({ w, h, u, random, tone }: Sketch): Layer {
  let body = '';
  for (let left = Math.floor(random() * 4); left > 0; left -= 1) {
    const x = w * (random() < 0.5 ? between(random, 0.05, 0.27) : between(random, 0.73, 0.95));
    const [tall, foot] = [u * between(random, 0.03, 0.065), h * (HORIZON + 0.008)];
    body += polygon([[x, foot - tall], [x + tall * 0.42, foot - tall * 0.12], [x, foot - tall * 0.12]], tone.paint(0.97, 0.01, 80, 0.95));
    body += polygon([[x - tall * 0.06, foot - tall * 0.85], [x - tall * 0.3, foot - tall * 0.12], [x - tall * 0.06, foot - tall * 0.12]], tone.paint(0.9, 0.02, 80, 0.9));
    body += ellipse(x, foot - tall * 0.04, tall * 0.36, tall * 0.07, tone.paint(0.4, 0.05, 40));
  }
  return { body, blur: 0.005 };
}

/** The path of light below sun or moon: wider and sparser towards the shore. */
function glints({ w, h, u, random, tone }: Sketch, sunX: number): Layer {
  let body = '';
  for (let index = 0; index < 150; index += 1) {
    const near = random();
    const x = w * sunX + (random() + random() - 1) * u * (0.05 + near * 0.28);
    body += ellipse(
      x,
      h * (HORIZON + 0.006 + near * 0.24),
      u * (0.006 + near * 0.03),
      u * (0.001 + near * 0.0035),
      tone.glow(0.96, tone.dark ? 0.02 : 0.07, tone.dark ? 250 : 75, tone.time === 'day' ? 0.28 : 0.42),
    );
  }
  return { body, blur: 0.003, blend: 'screen' };
}

function beach({ w, h, u, random, tone }: Sketch): Layer {
  const shore = Array.from({ length: 9 }, (_, at): [number, number] => [
    (w * at) / 8,
    h * (0.835 + Math.sin(at * 0.9 + random()) * 0.012 - (at / 8) * 0.03),
  ]);
  const foam = shore.map(([x, y]): [number, number] => [x, y - u * 0.012]);
  const sand = `<defs>${linear('sand', [
    [0, tone.paint(0.66, 0.05, 75)],
    [0.25, tone.paint(0.82, 0.05, 82)],
    [1, tone.paint(0.74, 0.06, 75)],
  ])}</defs><path d="${smooth(shore)} L${w},${h} L0,${h}Z" fill="url(#sand)"/>`;
  const white = `<path d="${smooth(foam)}" fill="none" stroke="${tone.paint(0.98, 0.005, 220, 0.85)}" stroke-width="${(u * 0.018).toFixed(1)}"/>`;
  return { body: sand + white, blur: 0.011 };
}
