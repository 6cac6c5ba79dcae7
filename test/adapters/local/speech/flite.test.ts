import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { alignPhones } from '../../../../adapters/local/speech/align/align-phones';
import { readWav } from '../../../../adapters/local/speech/dsp/wav';
import { loadFlite } from '../../../../adapters/local/speech/engines/flite';
import type { Flite, FliteVoice } from '../../../../adapters/local/speech/engines/flite';
import { speakFlite } from '../../../../adapters/local/speech/tasks/speak-flite';
import { normalise } from '../../../../adapters/local/speech/text/normalise';

/** From the Harvard sentences (IEEE 1969). */
const SENTENCES = [
  'The birch canoe slid on the smooth planks.',
  'Glue the sheet to the dark blue background.',
  'It is easy to tell the depth of a well.',
  'These days a chicken leg is a rare dish.',
  'Rice is often served in round bowls.',
  'The juice of lemons makes fine punch.',
];

let flite: Flite;
let dir: string;

beforeAll(async () => {
  flite = await loadFlite();
  dir = await mkdtemp(path.join(tmpdir(), 'understudy-flite-test-'));
});

afterAll(() => rm(dir, { recursive: true }));

async function speak(voice: FliteVoice, text: string, stretch = 1) {
  const wav = path.join(dir, `${voice}.wav`);
  const phones = await flite.speak({ voice, text, stretch, wav });
  return { wav, phones, ...(await readWav(wav)) };
}

describe('flite', () => {
  it('says the phones of a sentence in order, with silence around', async () => {
    const { phones } = await speak('rms', 'hello world.');
    expect(phones.map(({ symbol }) => symbol)).toEqual([
      'pau',
      'hh',
      'ax',
      'l',
      'ow',
      'w',
      'er',
      'l',
      'd',
      'pau',
    ]);
  });

  it('gives phone times that meet each other and end with the sound', async () => {
    const { phones, samples, rate } = await speak('slt', SENTENCES[0]!);
    expect(phones.every(({ start_ms }, at) => start_ms === (phones[at - 1]?.end_ms ?? 0))).toBe(true);
    expect(Math.abs(phones.at(-1)!.end_ms - (samples.length / rate) * 1000)).toBeLessThan(20);
  });

  it.each(['rms', 'slt', 'awb', 'kal16'] as const)('gives the same bytes twice with %s', async (voice) => {
    const hashes = [1, 2].map(async () =>
      createHash('sha256')
        .update(await readFile((await speak(voice, 'good day.')).wav))
        .digest('hex'),
    );
    expect(await hashes[0]).toBe(await hashes[1]);
  });

  it('speaks half as long at half the stretch', async () => {
    const long = await speak('rms', SENTENCES[0]!, 1);
    const short = await speak('rms', SENTENCES[0]!, 0.5);
    expect(short.samples.length / long.samples.length).toBeCloseTo(0.5, 1);
  });

  it('knows how each word sounds by itself, letters by their names', () => {
    expect(flite.pronounce(['hello', 'A', 'S', "don't"])).toEqual([
      ['hh', 'ax', 'l', 'ow'],
      ['ey'],
      ['eh', 's'],
      ['d', 'ow', 'n', 't'],
    ]);
  });

  it('finds the phones of every written word', async () => {
    const { tokens } = normalise('The U.S. team paid $4.50 in 2026!');
    const host = { progress: () => undefined, cached: <Value>(load: () => Promise<Value>) => load() };
    const { phones, spans } = await speakFlite(
      { voice: 'rms', tokens, stretch: 1, wav: path.join(dir, 'w.wav') },
      host,
    );
    const heard = spans.map(({ start_ms, end_ms }) =>
      phones
        .flatMap((phone) =>
          phone.symbol !== 'pau' && phone.start_ms >= start_ms && phone.end_ms <= end_ms
            ? [phone.symbol]
            : [],
        )
        .join(' '),
    );
    expect(heard).toEqual([
      'dh ax',
      'y uw eh s',
      't iy m',
      'p ey d',
      'f ao r d aa l er z f ih f t iy s eh n t s',
      'ih n',
      't w eh n t iy t w eh n t iy s ih k s',
    ]);
  });
});

describe('the aligner', () => {
  async function errors(
    voice: FliteVoice,
    reference: FliteVoice,
  ): Promise<{ mean: number; median: number; confidence: number }> {
    const found: number[] = [];
    let confidence = 0;
    for (const text of SENTENCES) {
      const truth = await speak(voice, text);
      const aligned = alignPhones(truth, await speak(reference, text));
      confidence += aligned.confidence / SENTENCES.length;
      expect(aligned.phones.map(({ symbol }) => symbol)).toEqual(truth.phones.map(({ symbol }) => symbol));
      found.push(
        ...aligned.phones
          .slice(1)
          .map(({ start_ms }, at) => Math.abs(start_ms - truth.phones[at + 1]!.start_ms)),
      );
    }
    found.sort((a, b) => a - b);
    const mean = found.reduce((sum, error) => sum + error, 0) / found.length;
    return { mean, median: found[found.length >> 1]!, confidence };
  }

  it.each([
    ['rms', 'awb'],
    ['awb', 'rms'],
    ['kal16', 'rms'],
  ] as const)(
    'finds the phones of %s by %s within 20 ms as a rule and 25 ms on average',
    async (voice, reference) => {
      const { mean, median, confidence } = await errors(voice, reference);
      expect(median).toBeLessThanOrEqual(20);
      expect(mean).toBeLessThan(25);
      expect(confidence).toBeGreaterThan(0.5);
    },
  );

  it('finds itself almost exactly', async () => {
    const { mean, confidence } = await errors('rms', 'rms');
    expect(mean).toBeLessThan(5);
    expect(confidence).toBeCloseTo(1);
  });

  it('trusts other words less than the right ones', async () => {
    const recording = await speak('rms', SENTENCES[0]!);
    const right = alignPhones(recording, await speak('awb', SENTENCES[0]!)).confidence;
    const wrong = alignPhones(recording, await speak('awb', SENTENCES[3]!)).confidence;
    expect(wrong).toBeLessThan(0.5);
    expect(wrong).toBeLessThan(right - 0.2);
  });
});
