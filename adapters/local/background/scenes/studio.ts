import { between } from '../../random';
import { ellipse, lightPool, linear, polygon, radial, rect, vignette } from '../sketch';
import type { Layer, Scene, Sketch } from '../sketch';

const MOOD_HUES = { calm: 215, confident: 250, warm: 55, energetic: 30, serious: 260, hopeful: 85 } as const;

/** A paper backdrop lit from one side, with the shadow of a window now and then. */
export const studio: Scene = (sketch) => {
  const { w, h, random, tone } = sketch;
  const hue = tone.hue ?? MOOD_HUES[tone.mood] + between(random, -18, 18);
  const chroma = tone.hue === null ? 0.045 : 0.09;
  const side = random() < 0.5 ? 0.32 : 0.68;
  const wall = [
    [0, tone.paint(0.8, chroma, hue)],
    [0.5, tone.paint(0.64, chroma * 1.1, hue - 4)],
    [1, tone.paint(0.42, chroma * 1.2, hue - 10)],
  ] as [number, string][];
  const base = `<defs>${radial('wall', wall, { cx: side, cy: 0.34, r: 0.9 })}${linear('floor', [
    [0, tone.paint(0.3, chroma, hue, 0)],
    [0.25, tone.paint(0.3, chroma, hue, 0.28)],
    [1, tone.paint(0.26, chroma, hue, 0.7)],
  ])}</defs>${rect(0, 0, w, h, 'url(#wall)')}`;
  const floor = rect(0, h * 0.74, w, h * 0.26, 'url(#floor)');
  const glow = lightPool(sketch, {
    color: tone.paint(0.95, 0.03, hue + 20, 0.3),
    fade: tone.paint(0.95, 0.03, hue + 20, 0),
    cx: side,
    cy: 0.25,
    r: 0.5,
  });
  return [
    { body: base, blur: 0 },
    { body: floor, blur: 0.02 },
    ...(random() < 0.6 ? [windowShadow(sketch, side)] : [sweep(sketch, side)]),
    glow,
    vignette(sketch, 0.42),
  ];
};

/** Light that fell through a window with bars: slanted panes, soft at the edges. */
function windowShadow({ w, h, u, tone }: Sketch, side: number): Layer {
  const [x, y] = [w * (side < 0.5 ? 0.56 : 0.14), h * 0.12];
  const [pw, ph, lean] = [u * 0.13, u * 0.2, u * 0.07];
  let body = '';
  for (let column = 0; column < 2; column += 1) {
    for (let row = 0; row < 3; row += 1) {
      const [px, py] = [
        x + column * (pw + u * 0.018) + row * lean * 0.2,
        y + row * (ph + u * 0.018) + column * lean * 0.35,
      ];
      body += polygon(
        [
          [px, py],
          [px + pw, py + lean * 0.35],
          [px + pw + lean * 0.2, py + ph + lean * 0.35],
          [px + lean * 0.2, py + ph],
        ],
        tone.glow(0.95, 0.05, 80, tone.dark ? 0.08 : 0.2),
      );
    }
  }
  return { body, blur: 0.014, blend: 'screen' };
}

/** The curve where a paper roll meets the floor. */
function sweep({ w, h, u, tone }: Sketch, side: number): Layer {
  return {
    body: ellipse(w * side, h * 0.8, u * 0.75, u * 0.1, tone.paint(0.92, 0.02, 80, 0.14)),
    blur: 0.05,
    blend: 'screen',
  };
}
