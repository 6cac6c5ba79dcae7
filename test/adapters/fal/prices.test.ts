import { mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createFalFamily } from '../../../adapters/fal/family';
import { falTariff } from '../../../adapters/fal/tariff';

const size = { characters: 0, duration_ms: 4_200, width: 1280, height: 720 };
const family = createFalFamily();

function tariffFile(change: (tariff: Record<string, unknown>) => unknown): string {
  const file = path.join(mkdtempSync(path.join(os.tmpdir(), 'understudy-tariff-')), 'fal.json');
  writeFileSync(file, JSON.stringify(change(structuredClone(falTariff(null)))));
  return file;
}

describe('a price of fal', () => {
  it('is what was asked for by the dated tariff, with room above it for the reservation', () => {
    // 5 seconds of 0.9216 megapixels at 23,438 micro-USD a megapixel and second; 5 seconds at 133,334.
    expect(family.estimate('video', size, null)).toEqual({ low: 108_003, high: 135_004 });
    expect(family.estimate('lip_sync', size, null)).toEqual({ low: 666_670, high: 833_338 });
    expect(family.estimate('background', size, null)).toEqual({ low: 23_040, high: 28_800 });
    expect(family.estimate('speech', size, null)).toEqual({ low: 0, high: 0 });
  });

  it('follows the file that the operator names', () => {
    const file = tariffFile((tariff) => ({ ...tariff, background: { ...Object(tariff['background']), micro_usd_per_megapixel: 50_000 } }));
    expect(family.estimate('background', size, file)).toEqual({ low: 46_080, high: 57_600 });
  });

  it.each([
    ['is not there', '/nowhere/fal.json'],
    ['lacks a model', tariffFile(({ video: _, ...rest }) => rest)],
    ['names a model by an address', tariffFile((tariff) => ({ ...tariff, video: { ...Object(tariff['video']), model: 'https://evil.example/x' } }))],
  ])('is refused when its file %s, by the name of the setting alone', (_, file) => {
    expect(() => family.estimate('video', size, file)).toThrow(/FAL_TARIFF_FILE/);
    expect(() => family.estimate('video', size, file)).not.toThrow(/nowhere|evil|understudy-tariff/);
  });
});
