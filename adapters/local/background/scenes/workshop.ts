import { between } from '../../random';
import { ellipse, lightPool, linear, polygon, radial, rect, stroke, vignette } from '../sketch';
import type { Scene, Sketch } from '../sketch';

/** A tool wall over a bench, shelves with boxes and jars, lamps that hang low. */
export const workshop: Scene = (sketch) => {
  const { w, h, random, tone } = sketch;
  const hue = tone.hue ?? between(random, 195, 235);
  const wall = `<defs>${linear('wall', [
    [0, tone.paint(0.52, 0.04, hue)],
    [1, tone.paint(0.38, 0.04, hue)],
  ])}</defs>${rect(0, 0, w, h, 'url(#wall)')}`;
  const lamps = w > h ? [0.2, 0.8] : [0.18, 0.82];
  return [
    { body: wall + board(sketch) + shelf(sketch), blur: 0.0105 },
    { body: bench(sketch), blur: 0.012 },
    { body: lamps.map((at) => pendant(sketch, at)).join(''), blur: 0.007 },
    ...lamps.map((at) =>
      lightPool(sketch, {
        color: tone.glow(0.9, 0.1, 74, tone.dark ? 0.55 : 0.42),
        fade: tone.glow(0.8, 0.1, 68, 0),
        cx: at,
        cy: 0.3,
        r: 0.4,
      }),
    ),
    vignette(sketch, 0.48),
  ];
};

function board(sketch: Sketch): string {
  const { w, h, u, random, tone } = sketch;
  const [y, tall] = [h * 0.34, h * 0.36];
  let body = rect(0, y, w, tall, tone.paint(0.66, 0.055, 68));
  for (let line = 1; line < 6; line += 1)
    body += rect(0, y + (tall * line) / 6, w, u * 0.003, tone.paint(0.45, 0.04, 60, 0.35));
  const count = Math.round(w / (u * 0.115));
  for (let index = 0; index < count; index += 1) {
    const x = (w * (index + 0.5)) / count + u * between(random, -0.012, 0.012);
    body += tool(sketch, { x, y: y + tall * between(random, 0.1, 0.2), kind: Math.floor(random() * 5) });
    if (random() < 0.55)
      body += tool(sketch, {
        x: x + u * 0.01,
        y: y + tall * between(random, 0.56, 0.62),
        kind: Math.floor(random() * 5),
      });
  }
  return body;
}

/** Hammer, wrench, screwdriver, saw, square: silhouettes are enough out of focus. */
function tool({ u, random, tone }: Sketch, { x, y, kind }: { x: number; y: number; kind: number }): string {
  const steel = tone.paint(between(random, 0.62, 0.78), 0.012, 245);
  const grip = tone.paint(
    between(random, 0.42, 0.6),
    0.12,
    [28, 60, 150, 255, 85][Math.floor(random() * 5)]!,
  );
  const long = u * between(random, 0.13, 0.17);
  if (kind === 0)
    return (
      rect(x - u * 0.032, y, u * 0.064, u * 0.026, steel, u * 0.005) +
      rect(x - u * 0.008, y + u * 0.02, u * 0.016, long, tone.paint(0.58, 0.08, 65), u * 0.006)
    );
  if (kind === 1)
    return (
      stroke(`M${x},${y + u * 0.02} L${x},${y + long}`, steel, u * 0.016) +
      ellipse(x, y + u * 0.012, u * 0.022, u * 0.022, steel) +
      ellipse(x, y + long, u * 0.018, u * 0.018, steel)
    );
  if (kind === 2)
    return (
      rect(x - u * 0.013, y, u * 0.026, long * 0.45, grip, u * 0.01) +
      rect(x - u * 0.004, y + long * 0.45, u * 0.008, long * 0.6, steel)
    );
  if (kind === 3)
    return (
      polygon(
        [
          [x - u * 0.014, y + u * 0.04],
          [x + u * 0.05, y + u * 0.05],
          [x + u * 0.012, y + long * 1.25],
          [x - u * 0.006, y + long * 1.25],
        ],
        steel,
      ) + rect(x - u * 0.018, y - u * 0.012, u * 0.06, u * 0.06, grip, u * 0.02)
    );
  return rect(x - u * 0.006, y, u * 0.013, long, steel) + rect(x - u * 0.006, y, u * 0.07, u * 0.02, grip);
}

function shelf({ w, h, u, random, tone }: Sketch): string {
  let body = '';
  [0.14, 0.3].forEach((at) => {
    const foot = h * at;
    for (let x = u * 0.02; x < w;) {
      const [wide, tall] = [u * between(random, 0.05, 0.12), u * between(random, 0.06, 0.1)];
      const jar = random() < 0.3;
      body += jar
        ? rect(x, foot - tall, wide * 0.6, tall, tone.paint(0.82, 0.03, 210, 0.75), u * 0.012) +
          rect(x, foot - tall, wide * 0.6, u * 0.014, tone.paint(0.5, 0.02, 250))
        : rect(
            x,
            foot - tall,
            wide,
            tall,
            tone.paint(between(random, 0.45, 0.72), 0.06, [60, 68, 230, 35][Math.floor(random() * 4)]!),
            u * 0.004,
          ) +
          rect(
            x + wide * 0.28,
            foot - tall * 0.68,
            wide * 0.44,
            tall * 0.26,
            tone.paint(0.92, 0.01, 85, 0.8),
          );
      x += wide * (jar ? 0.72 : 1.08) + (random() < 0.18 ? u * 0.08 : 0);
    }
    body +=
      rect(0, foot, w, u * 0.02, tone.paint(0.5, 0.07, 62)) +
      rect(0, foot + u * 0.02, w, u * 0.018, 'rgba(0,0,0,0.22)');
  });
  return body;
}

function bench({ w, h, u, random, tone }: Sketch): string {
  let body = `<defs>${linear('bench', [
    [0, tone.paint(0.68, 0.075, 66)],
    [1, tone.paint(0.5, 0.07, 58)],
  ])}</defs>${rect(0, h * 0.83, w, h * 0.17, 'url(#bench)')}${rect(0, h * 0.83, w, u * 0.014, tone.paint(0.8, 0.06, 74))}`;
  [0.08, 0.9].forEach((at) => {
    body += rect(
      w * at - u * 0.05,
      h * 0.83 - u * 0.13,
      u * 0.1,
      u * 0.13,
      tone.paint(0.5, 0.11, between(random, 20, 60)),
      u * 0.01,
    );
    for (let brush = 0; brush < 4; brush += 1)
      body += rect(
        w * at - u * 0.035 + brush * u * 0.02,
        h * 0.83 - u * between(random, 0.19, 0.24),
        u * 0.009,
        u * 0.1,
        tone.paint(0.72, 0.06, 70),
      );
  });
  return body;
}

function pendant({ w, h, u, tone }: Sketch, at: number): string {
  const [x, y] = [w * at, h * 0.17];
  const defs = `<defs>${radial('bulb', [
    [0, tone.glow(0.98, 0.06, 88)],
    [0.25, tone.glow(0.95, 0.09, 80, 0.7)],
    [1, tone.glow(0.9, 0.1, 75, 0)],
  ])}</defs>`;
  return `${defs}${rect(x - u * 0.003, 0, u * 0.006, y, tone.paint(0.2, 0.01, 60))}${ellipse(x, y + u * 0.09, u * 0.2, u * 0.2, 'url(#bulb)')}${polygon(
    [
      [x - u * 0.105, y + u * 0.085],
      [x + u * 0.105, y + u * 0.085],
      [x + u * 0.03, y],
      [x - u * 0.03, y],
    ],
    tone.paint(0.32, 0.03, 160),
  )}${ellipse(x, y + u * 0.087, u * 0.1, u * 0.014, tone.glow(0.97, 0.07, 86))}`;
}
