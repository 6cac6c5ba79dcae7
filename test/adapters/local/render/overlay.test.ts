import { Resvg } from '@resvg/resvg-js';
import { drawTitle } from '../../../../adapters/local/broll/title-layout';
import { fontOptions } from '../../../../adapters/local/fonts';
import {
  captionMarkup,
  drawCaption,
  drawWatermark,
  safeArea,
  wrap,
  type Overlay,
} from '../../../../adapters/local/render/overlay';
import { softenCutSides } from '../../../../adapters/local/render/placement';
import { frameSize } from '../../../../contracts/media';
import { ASPECT_RATIOS } from '../../../../contracts/vocabulary';

const CUE = 'We make a talking picture of a single photo,\nand everybody can read what it says.';

/** The box around everything that shows, in frame pixels. */
function inkOf({ width, rgba, left, top }: Overlay): {
  left: number;
  top: number;
  right: number;
  bottom: number;
} {
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (let i = 3; i < rgba.length; i += 4) {
    if ((rgba[i] ?? 0) < 24) continue;
    const [x, y] = [left + (((i - 3) / 4) % width), top + Math.floor((i - 3) / 4 / width)];
    box.left = Math.min(box.left, x);
    box.right = Math.max(box.right, x);
    box.top = Math.min(box.top, y);
    box.bottom = Math.max(box.bottom, y);
  }
  return box;
}

describe('text over the picture', () => {
  it.each(ASPECT_RATIOS)('keeps a caption inside the safe area of %s', (aspect) => {
    const frame = frameSize(aspect, '720p');
    const area = safeArea(frame);
    const ink = inkOf(drawCaption(CUE, frame));
    expect(ink.left).toBeGreaterThanOrEqual(frame.width * area.side * 0.9);
    expect(ink.right).toBeLessThanOrEqual(frame.width * (1 - area.side * 0.9));
    expect(ink.bottom).toBeLessThanOrEqual(frame.height * (1 - area.bottom));
    expect(ink.top).toBeGreaterThan(frame.height * 0.55);
    expect(ink.right - ink.left).toBeGreaterThan(frame.width * 0.4);
  });

  it.each(ASPECT_RATIOS)('leaves room for the longest caption below the title of a card of %s', (aspect) => {
    const frame = frameSize(aspect, '720p');
    const caption = inkOf(drawCaption('Every single film that we made of you shows,\nquite as before, what you want us to show.', frame));
    for (const title of ['It costs 12.50 dollars per person', 'Why', 'Change one sentence and keep all the others just as they are']) {
      const svg = drawTitle(title, { size: frame, accent: '#ffd166', align: 'centre' }).replace(/<rect width.*?\/>/, '');
      const { pixels, width, height } = new Resvg(svg, { font: fontOptions() }).render();
      const ink = inkOf({ width, height, rgba: new Uint8Array(pixels), left: 0, top: 0 });
      expect(ink.top).toBeGreaterThan(0.05 * frame.height);
      expect(caption.top - ink.bottom).toBeGreaterThan(0.01 * frame.height);
    }
  });

  it.each(ASPECT_RATIOS)('puts the watermark into the upper right corner of %s', (aspect) => {
    const frame = frameSize(aspect, '720p');
    const ink = inkOf(drawWatermark('Understudy', frame));
    expect(ink.left).toBeGreaterThan(frame.width / 2);
    expect(ink.right).toBeLessThan(frame.width);
    expect(ink.bottom).toBeLessThan(frame.height * 0.12);
  });

  it('is premultiplied, as the rasteriser needs it', () => {
    const { rgba } = drawWatermark('Understudy', frameSize('16:9', '720p'));
    for (let i = 0; i < rgba.length; i += 4)
      expect(Math.max(rgba[i] ?? 0, rgba[i + 1] ?? 0, rgba[i + 2] ?? 0) <= (rgba[i + 3] ?? 0)).toBe(true);
  });

  it('gives the same pixels twice', () => {
    const frame = frameSize('9:16', '720p');
    expect(drawCaption(CUE, frame)).toEqual(drawCaption(CUE, frame));
  });

  it('draws markup in a cue as the letters it is made of', () => {
    const frame = frameSize('16:9', '480p');
    const plain = inkOf(drawCaption('a b', frame));
    const marked = inkOf(drawCaption('a </text><rect width="9999" height="9999"/> b', frame));
    expect(marked.right - marked.left).toBeGreaterThan(plain.right - plain.left);
    expect(marked.bottom - marked.top).toBeLessThan(frame.height * 0.2);
  });

  it('breaks lines between words, none longer than the room, and drops none', () => {
    const lines = wrap(CUE.replace('\n', ' '), 24);
    expect(lines.every((line) => line.length <= 24)).toBe(true);
    expect(lines.join(' ')).toBe(CUE.replace('\n', ' '));
  });
});

describe('characters that the font has no letter for', () => {
  const frame = frameSize('9:16', '720p');

  it.each([
    ['Hello 🎉 there', 'Hello there'],
    ['Hello there 👩‍💻', 'Hello there'],
    ['Hello 🎉, there 👩‍💻!', 'Hello, there!'],
    ['Hello 🎉 – there', 'Hello – there'],
    ['Hello\n🎉, there', 'Hello,\nthere'],
    ['你好 Hello there', 'Hello there'],
    ['Hello مرحبا بالعالم there', 'Hello there'],
    ['Hello\n🎉🎉\nthere', 'Hello\nthere'],
  ])('are left out of %s without a double space', (given, drawn) => {
    expect(captionMarkup(given, frame)).toEqual(captionMarkup(drawn, frame));
    expect(drawWatermark(given.replaceAll('\n', ' '), frame)).toEqual(drawWatermark(drawn.replaceAll('\n', ' '), frame));
  });

  it.each(['🎉', '你好，世界。', 'مرحبا!', '👩‍💻\n🎉'])('leave nothing to draw of %s', (given) => {
    expect(captionMarkup(given, frame).content).not.toContain('<text');
    expect(drawCaption(given, frame).rgba.every((value) => value === 0)).toBe(true);
  });

  it.each(['Grüße, Łódź: naïve “café” – 5 € … ½', 'Привет, мир', 'Καλημέρα, κόσμε', '?!', 'Cafe\u0301'])('are not among %s', (given) => {
    const wide = frameSize('16:9', '720p');
    expect(captionMarkup(given, wide).content.replace(/<.*?>/g, '')).toBe(given.normalize('NFC'));
  });
});

describe('a caption in capitals', () => {
  it.each(ASPECT_RATIOS)('stays inside the safe area of %s', (aspect) => {
    const frame = frameSize(aspect, '720p');
    const { side } = safeArea(frame);
    const ink = inkOf(drawCaption('WE MAKE MANY MOVING MOMENTS WITH MMMMMMMMM\nWHO WOULD WANT MORE WORDS WOWWWWWWWWWWWWWWW', frame));
    expect(ink.left).toBeGreaterThanOrEqual(frame.width * side * 0.9);
    expect(ink.right).toBeLessThanOrEqual(frame.width * (1 - side * 0.9));
  });
});

describe('a word that is longer than a line', () => {
  const word = 'antidisestablishmentarianism'.repeat(33).slice(0, 84);

  it('is broken into pieces that fit, and loses no letter', () => {
    const lines = wrap(`A word: ${word}`, 24);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(24);
    expect(lines.join('').replace(/ /g, '')).toBe(`Aword:${word}`);
  });

  it.each(ASPECT_RATIOS)('stays inside a frame of %s', (aspect) => {
    const frame = frameSize(aspect, '720p');
    const { side } = safeArea(frame);
    const ink = inkOf(drawCaption(`${word.slice(0, 42)}\n${word.slice(42)}`, frame));
    expect(ink.left).toBeGreaterThanOrEqual(frame.width * side * 0.9);
    expect(ink.right).toBeLessThanOrEqual(frame.width * (1 - side * 0.9));
  });
});

describe('a body that the photo cuts off at its side', () => {
  const plateOf = () => ({ width: 200, height: 200, rgba: new Uint8Array(200 * 200 * 4).fill(255) });
  const alpha = (rgba: Uint8Array, x: number, y: number): number => rgba[(y * 200 + x) * 4 + 3] ?? 0;

  it('gets a soft, rounded edge where the side lies inside the frame', () => {
    const plate = plateOf();
    softenCutSides(plate, { scale: 1, x: 100, y: 0 }, { width: 400, height: 200 });
    expect([alpha(plate.rgba, 0, 150), alpha(plate.rgba, 199, 150)]).toEqual([0, 0]);
    expect(alpha(plate.rgba, 6, 0)).toBeLessThan(alpha(plate.rgba, 6, 150));
    expect(alpha(plate.rgba, 100, 100)).toBe(255);
  });

  it('stays as it is where the side lies outside the frame', () => {
    const plate = plateOf();
    softenCutSides(plate, { scale: 2, x: -50, y: 0 }, { width: 300, height: 200 });
    expect(plate.rgba.every((value) => value === 255)).toBe(true);
  });
});
