import { frameCut, framingAt, type Face } from '../../../../adapters/local/assembly/cut-framing';
import { cutSize, frameSize } from '../../../../contracts/media';
import { ASPECT_RATIOS, RESOLUTIONS } from '../../../../contracts/vocabulary';

const WIDE = frameSize('16:9', '720p');
const UPRIGHT = frameSize('9:16', '720p');

function frame(film: typeof WIDE, size: typeof WIDE, face: Face | null, lettered = false) {
  return frameCut({ film, size, scenes: [{ start_ms: 0, end_ms: 1_000, face, cutaways: [] }], lettered });
}

/** Where the middle between the eyes lies in the crop, in shares of its window. */
function eyesIn(framing: ReturnType<typeof frame>, face: Face): { x: number; y: number } {
  const { window, stretches } = framing;
  const crop = stretches[0]?.crop;
  if (!crop) throw new Error('nothing is cropped');
  return { x: (face.x - crop.x) / window.width, y: (face.y - crop.y) / window.height };
}

describe('the framing of a cut', () => {
  it('follows the face across in a narrower shape', () => {
    for (const x of [400, 640, 900]) {
      const face = { x, y: 250, interocular: 80 };
      expect(eyesIn(frame(WIDE, UPRIGHT, face), face).x).toBeCloseTo(0.5, 2);
    }
  });

  it('stays inside the film when the face stands at its side', () => {
    const { window, stretches } = frame(WIDE, UPRIGHT, { x: 1_200, y: 250, interocular: 80 });
    expect(stretches[0]!.crop!.x + window.width).toBeLessThanOrEqual(WIDE.width);
  });

  it('moves down just as far as the whole head stays inside', () => {
    const small = { x: 360, y: 450, interocular: 60 };
    expect(eyesIn(frame(UPRIGHT, WIDE, small), small).y).toBeCloseTo(0.38, 2);
    const larger = { x: 360, y: 450, interocular: 100 };
    const framing = frame(UPRIGHT, WIDE, larger);
    const top = framing.stretches[0]!.crop!.y;
    expect(top).toBeLessThanOrEqual(larger.y - 2.15 * larger.interocular);
    expect(top + framing.window.height).toBeGreaterThanOrEqual(larger.y + 1.75 * larger.interocular - 2);
  });

  it('shows the whole picture where a head is larger than the window, or letters would be cut', () => {
    expect(frame(UPRIGHT, WIDE, { x: 360, y: 450, interocular: 160 }).stretches[0]!.crop).toBeNull();
    expect(frame(WIDE, UPRIGHT, { x: 640, y: 250, interocular: 80 }, true).stretches[0]!.crop).toBeNull();
  });

  it('takes a talking head in the middle for granted where nobody knows', () => {
    const crop = frame(WIDE, UPRIGHT, null).stretches[0]!.crop;
    expect(crop!.x + 405 / 2).toBeCloseTo(640, -1);
  });

  it('keeps scenes of one place in one stretch and gives a still the framing of its moment', () => {
    const face = { x: 640, y: 250, interocular: 80 };
    const scenes = [
      { start_ms: 0, end_ms: 1_000, face, cutaways: [] },
      { start_ms: 1_000, end_ms: 3_000, face, cutaways: [{ start_ms: 1_400, end_ms: 2_000 }] },
    ];
    const framing = frameCut({ film: WIDE, size: UPRIGHT, scenes, lettered: false });
    expect(framing.stretches.map(({ start_ms, end_ms, crop }) => [start_ms, end_ms, crop !== null])).toEqual([
      [0, 1_400, true],
      [1_400, 2_000, false],
      [2_000, 3_000, true],
    ]);
    expect(framingAt(framing, 1_400).stretches.map(({ crop }) => crop)).toEqual([null]);
  });

  it('has a window of even sides within the film for every shape of every film', () => {
    for (const resolution of RESOLUTIONS) {
      for (const film of ASPECT_RATIOS.map((aspect) => frameSize(aspect, resolution))) {
        for (const size of ASPECT_RATIOS.map((aspect) => cutSize(film, aspect))) {
          const { window } = frame(film, size, null);
          expect([window.width % 2, window.height % 2]).toEqual([0, 0]);
          expect(window.width <= film.width && window.height <= film.height).toBe(true);
          expect(window.width / window.height / (size.width / size.height)).toBeCloseTo(1, 1);
        }
      }
    }
  });
});
