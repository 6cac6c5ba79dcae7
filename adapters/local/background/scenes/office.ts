import { between } from '../../random';
import { lightPool, linear, plant, rect, vignette } from '../sketch';
import type { Layer, Scene, Sketch } from '../sketch';

/** A wide window over the town on one side, shelves on the other, a plant between. */
export const office: Scene = (sketch) => {
  const { w, h, u, random, tone } = sketch;
  const mirrored = random() < 0.5;
  const wallHue = tone.hue ?? between(random, 60, 100);
  const wall = `<defs>${linear('wall', [
    [0, tone.paint(0.88, 0.014, wallHue)],
    [1, tone.paint(0.76, 0.02, wallHue)],
  ])}</defs>${rect(0, 0, w, h, 'url(#wall)')}${rect(0, h * 0.9, w, h * 0.1, tone.paint(0.52, 0.04, 60))}`;
  const flip = (body: string) =>
    mirrored ? `<g transform="translate(${w},0) scale(-1,1)">${body}</g>` : body;
  const day = !tone.dark;
  const light = lightPool(sketch, {
    color: day ? tone.glow(0.97, 0.04, tone.time === 'day' ? 220 : 70, 0.42) : tone.glow(0.85, 0.09, 70, 0.3),
    fade: tone.glow(0.95, 0.04, 80, 0),
    cx: mirrored ? 0.78 : 0.22,
    cy: day ? 0.28 : 0.12,
    r: 0.62,
  });
  return [
    { body: flip(windowView(sketch)), blur: 0.016 },
    { body: flip(shelves(sketch)), blur: 0.011 },
    {
      body: flip(
        plant(sketch, { x: w * 0.575, y: h * 0.9, size: u * 0.34, stems: 15 }) +
          rect(w * 0.575 - u * 0.06, h * 0.88, u * 0.12, h * 0.12, tone.paint(0.9, 0.01, 80), u * 0.02),
      ),
      blur: 0.009,
    },
    light,
    vignette(sketch, 0.36),
  ].map((layer, at): Layer => (at === 0 ? { ...layer, body: wall + layer.body } : layer));
};

function windowView({ w, h, u, random, tone }: Sketch): string {
  const [x, y, wide, tall] = [-w * 0.02, h * 0.07, w * 0.5, h * 0.6];
  const sky = tone.dark
    ? [tone.glow(0.22, 0.05, 270), tone.glow(0.36, 0.07, 290)]
    : tone.time === 'evening'
      ? [tone.glow(0.68, 0.07, 290), tone.glow(0.88, 0.12, 60)]
      : [tone.glow(0.84, 0.06, 235), tone.glow(0.96, 0.02, 90)];
  let body = `<defs>${linear('view', [
    [0, sky[0]!],
    [1, sky[1]!],
  ])}</defs>${rect(x, y, wide, tall, 'url(#view)')}`;
  for (let depth = 0; depth < 2; depth += 1) {
    for (let bx = x; bx < x + wide;) {
      const [bw, bh] = [u * between(random, 0.05, 0.12), tall * between(random, 0.22, 0.6 - depth * 0.12)];
      const fit = Math.min(bw, x + wide - bx);
      body += rect(
        bx,
        y + tall - bh,
        fit,
        bh,
        tone.dark ? tone.glow(0.24 - depth * 0.07, 0.04, 265) : tone.paint(0.8 - depth * 0.1, 0.025, 245),
      );
      if (tone.dark)
        for (let at = 0; at < 9; at += 1)
          body += rect(
            bx + random() * fit * 0.85,
            y + tall - random() * bh,
            u * 0.009,
            u * 0.011,
            tone.glow(0.85, 0.1, 75, 0.8),
          );
      bx += bw * 1.05;
    }
  }
  for (let bar = 0; bar <= 3; bar += 1)
    body += rect(x + (wide * bar) / 3 - u * 0.007, y, u * 0.014, tall, tone.paint(0.38, 0.012, 250));
  return (
    body +
    rect(x, y + tall * 0.3, wide, u * 0.01, tone.paint(0.38, 0.012, 250)) +
    rect(x - u * 0.02, y + tall, wide + u * 0.04, u * 0.03, tone.paint(0.95, 0.006, 90))
  );
}

/** Shelves with books, boxes and a vase; some room left free. */
function shelves({ w, h, u, random, tone }: Sketch): string {
  const [x, wide] = [w * 0.66, w * 0.36];
  const accent = tone.hue ?? between(random, 20, 300);
  let body = '';
  for (let row = 0; row < 5; row += 1) {
    const foot = h * (0.22 + row * 0.15);
    body +=
      rect(x, foot, wide, u * 0.016, tone.paint(0.6, 0.06, 62)) +
      rect(x, foot + u * 0.016, wide, u * 0.012, tone.paint(0.4, 0.03, 62, 0.25));
    for (let bx = x + u * 0.015; bx < x + wide * 0.93;) {
      const kind = random();
      if (kind < 0.68) {
        const [bw, bh] = [u * between(random, 0.014, 0.032), u * between(random, 0.075, 0.115)];
        body += rect(
          bx,
          foot - bh,
          bw,
          bh,
          tone.paint(
            between(random, 0.42, 0.86),
            between(random, 0.02, 0.09),
            accent + between(random, -50, 50),
          ),
          u * 0.002,
        );
        bx += bw * 1.04;
      } else if (kind < 0.8) {
        const bw = u * between(random, 0.09, 0.13);
        body += rect(bx, foot - u * 0.075, bw, u * 0.075, tone.paint(0.84, 0.025, 80), u * 0.006);
        bx += bw + u * 0.02;
      } else bx += u * between(random, 0.05, 0.14);
    }
  }
  return body;
}
