import { between } from '../../random';
import { bokeh, lightPool, linear, rect, smooth, vignette } from '../sketch';
import type { Layer, Scene, Sketch } from '../sketch';

const SKY = {
  morning: [0.84, 0.05, 240, 0.93, 0.06, 70],
  day: [0.74, 0.09, 242, 0.94, 0.03, 220],
  evening: [0.66, 0.08, 290, 0.9, 0.13, 60],
  night: [0.24, 0.05, 270, 0.36, 0.06, 262],
} as const;

/** Hills that fade with distance behind a meadow, leaves out of focus near the lens. */
export const nature: Scene = (sketch) => {
  const { w, h, random, tone } = sketch;
  const [l1, c1, h1, l2, c2, h2] = SKY[tone.time];
  const sky = `<defs>${linear('sky', [
    [0, tone.glow(l1, c1, h1)],
    [0.62, tone.glow(l2, c2, h2)],
    [1, tone.glow(l2, c2, h2)],
  ])}</defs>${rect(0, 0, w, h, 'url(#sky)')}`;
  const sun = {
    cx: random() < 0.5 ? between(random, 0.12, 0.3) : between(random, 0.7, 0.88),
    cy: tone.time === 'day' ? 0.12 : 0.36,
  };
  const glow = lightPool(sketch, {
    color: tone.dark ? tone.glow(0.8, 0.03, 250, 0.3) : tone.glow(0.97, 0.07, 82, 0.85),
    fade: tone.glow(0.95, 0.06, 80, 0),
    ...sun,
    r: tone.dark ? 0.28 : 0.55,
  });
  return [
    { body: sky, blur: 0 },
    ...ridges(sketch),
    meadow(sketch),
    glow,
    leaves(sketch),
    vignette(sketch, 0.3),
  ];
};

function ridges({ w, h, random, tone }: Sketch): Layer[] {
  return Array.from({ length: 4 }, (_, index) => {
    const top = 0.4 + index * 0.1;
    const phase = random() * 9;
    const points = Array.from({ length: 11 }, (_, at): [number, number] => {
      const wave =
        Math.sin(phase + at * (0.9 + index * 0.12)) * 0.045 +
        Math.sin(phase * 2 + at * 2.1) * 0.018 +
        (random() - 0.5) * 0.012;
      return [(w * (at - 0.5)) / 9, h * (top + wave * (1.15 - index * 0.2))];
    });
    const near = index / 3;
    const color = (shade: number) =>
      tone.paint(0.76 - near * 0.3 - shade, 0.035 + near * 0.06, 205 - near * 68);
    const body = `<defs>${linear(`ridge`, [
      [0, color(0)],
      [1, color(0.1)],
    ])}</defs><path d="${smooth(points)} L${w},${h} L0,${h}Z" fill="url(#ridge)"/>`;
    return { body, blur: 0.005 + near * 0.006 };
  });
}

/** Grass in the foreground: blades of many greens, well out of focus. */
function meadow({ w, h, u, random, tone }: Sketch): Layer {
  let body = rect(0, h * 0.83, w, h * 0.17, tone.paint(0.5, 0.11, 132));
  const blades = Math.round((w / u) * 170);
  for (let index = 0; index < blades; index += 1) {
    const [x, tall] = [random() * w, u * between(random, 0.05, 0.15)];
    const foot = h * between(random, 0.86, 1.04);
    const bend = u * between(random, -0.03, 0.03);
    const color = tone.paint(
      between(random, 0.4, 0.72),
      between(random, 0.07, 0.13),
      between(random, 105, 140),
      0.75,
    );
    body += `<path d="M${(x - u * 0.006).toFixed(1)},${foot.toFixed(1)} Q${x.toFixed(1)},${(foot - tall * 0.5).toFixed(1)} ${(x + bend).toFixed(1)},${(foot - tall).toFixed(1)} Q${(x + u * 0.006).toFixed(1)},${(foot - tall * 0.5).toFixed(1)} ${(x + u * 0.007).toFixed(1)},${foot.toFixed(1)}Z" fill="${color}"/>`;
  }
  return { body, blur: 0.008 };
}

function leaves(sketch: Sketch): Layer {
  const { random, tone } = sketch;
  const left = random() < 0.5;
  const color = () =>
    tone.paint(between(random, 0.55, 0.8), 0.11, between(random, 110, 140), between(random, 0.12, 0.32));
  const corner = bokeh(sketch, {
    count: 26,
    area: left ? [-0.05, -0.05, 0.3, 0.3] : [0.7, -0.05, 1.05, 0.3],
    size: [0.02, 0.085],
    color,
    edge: () => tone.paint(0.85, 0.08, 120, 0.12),
  });
  return { body: corner, blur: 0.006 };
}
