import fc from 'fast-check';
import type { Phone } from '../../../../contracts/media';
import { VISEMES } from '../../../../contracts/media';
import { PHONE_SHAPES } from '../../../../adapters/local/speech/viseme-table';
import { toVisemes } from '../../../../adapters/local/speech/visemes';

const SYMBOLS = [...Object.keys(PHONE_SHAPES), 'pau', 'unheard-of'];

/** Phones in order with random lengths and random gaps between them. */
const phones = fc
  .array(
    fc.record({
      symbol: fc.constantFrom(...SYMBOLS),
      gap: fc.constantFrom(0, 0, 0, 50),
      length: fc.integer({ min: 1, max: 400 }),
    }),
    { maxLength: 60 },
  )
  .map((entries) => {
    let at = 100;
    return entries.map(({ symbol, gap, length }): Phone => {
      const start_ms = at + gap;
      at = start_ms + length;
      return { symbol, start_ms, end_ms: at };
    });
  });

describe('visemes', () => {
  it('cover a clip without hole or overlap, whatever is said', () => {
    const property = fc.property(phones, fc.integer({ min: 1, max: 20_000 }), (said, duration) => {
      const visemes = toVisemes(said, duration);
      expect(visemes[0]?.start_ms).toBe(0);
      expect(visemes.at(-1)?.end_ms).toBe(duration);
      visemes.forEach((viseme, at) => {
        expect(viseme.end_ms).toBeGreaterThan(viseme.start_ms);
        expect(viseme.start_ms).toBe(visemes[at - 1]?.end_ms ?? 0);
        expect(VISEMES).toContain(viseme.id);
      });
    });
    fc.assert(property, { numRuns: 300, seed: 1 });
  });

  it('shut the lips for each p, b and m that has room beside it', () => {
    const said: Phone[] = [
      { symbol: 'aa', start_ms: 0, end_ms: 200 },
      { symbol: 'p', start_ms: 200, end_ms: 210 },
      { symbol: 'iy', start_ms: 210, end_ms: 400 },
    ];
    const closure = toVisemes(said, 400).find(({ closure }) => closure === 1);
    expect(closure).toMatchObject({ id: 'PP', start_ms: 150, end_ms: 230 });
  });

  it('turn a diphthong after 60 % of it', () => {
    const visemes = toVisemes([{ symbol: 'ow', start_ms: 0, end_ms: 100 }], 100);
    expect(visemes.map(({ id, end_ms }) => [id, end_ms])).toEqual([
      ['O', 60],
      ['U', 100],
    ]);
  });

  it('are silence where nothing is said', () => {
    expect(toVisemes([], 1000).map(({ id, openness }) => [id, openness])).toEqual([['sil', 0]]);
  });

  it('know every phone that flite says', () => {
    const flitePhones =
      'aa ae ah ao aw ax axr ay b ch d dh eh er ey f g hh ih iy jh k l m n ng ow oy p r s sh t th uh uw v w y z zh'.split(
        ' ',
      );
    expect(flitePhones.filter((symbol) => !(symbol in PHONE_SHAPES))).toEqual([]);
  });
});
