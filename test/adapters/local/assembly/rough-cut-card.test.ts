import { Resvg } from '@resvg/resvg-js';
import { drawRoughCard } from '../../../../adapters/local/assembly/rough-cut-card';
import { shrinkFrame } from '../../../../adapters/local/assembly/shrink-frame';
import { readCaptionFont } from '../../../../adapters/local/font-table';
import { fontOptions } from '../../../../adapters/local/fonts';
import { frameSize, type FrameSize } from '../../../../contracts/media';
import { ASPECT_RATIOS, type AspectRatio } from '../../../../contracts/vocabulary';

const sizeOf = (aspect: AspectRatio): FrameSize => shrinkFrame(frameSize(aspect, '720p'), 270);

/** Columns of the card's lower half that show anything. */
function columnsOf(lines: string[], aspect: AspectRatio): { first: number; last: number } {
  const size = sizeOf(aspect);
  const svg = drawRoughCard({ size, label: 'Scene 1 of 2', time: '0:00 – 0:06', lines, font: readCaptionFont() });
  const { pixels } = new Resvg(svg, { font: fontOptions() }).render();
  const shown = Array.from({ length: size.width }, (_, x) => x).filter((x) =>
    Array.from({ length: size.height / 2 }, (_, y) => pixels[((size.height / 2 + y) * size.width + x) * 4 + 3] ?? 0).some((alpha) => alpha > 24),
  );
  return { first: shown[0] ?? Infinity, last: shown.at(-1) ?? -Infinity };
}

describe('the words on a rough cut', () => {
  it.each(ASPECT_RATIOS)('stay inside a frame of %s, also in capitals', (aspect) => {
    const { width } = sizeOf(aspect);
    for (const line of ['WE MAKE MANY MOVING MOMENTS WITH MMMMMMMMM', 'iiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiii', 'Everybody can read what it says, to its end']) {
      const { first, last } = columnsOf([line], aspect);
      expect(first).toBeGreaterThanOrEqual(width * 0.015);
      expect(last).toBeLessThanOrEqual(width * 0.985);
      expect((first + last) / 2).toBeCloseTo(width / 2, -1);
    }
  });

  it('are as large for one word as for a few', () => {
    const one = columnsOf(['MMMM'], '9:16');
    const two = columnsOf(['MMMMMMMM'], '9:16');
    expect((two.last - two.first) / (one.last - one.first)).toBeGreaterThan(1.8);
  });
});
