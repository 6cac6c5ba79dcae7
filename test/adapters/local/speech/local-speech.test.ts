import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import type { SpeechRequest } from '../../../../adapters/capabilities/speech';
import { createComputePool } from '../../../../adapters/local/compute/pool';
import { measureLoudness } from '../../../../adapters/local/ffmpeg';
import { decodeWav } from '../../../../adapters/local/speech/dsp/wav';
import { trackPitch } from '../../../../adapters/local/speech/dsp/pitch';
import { resample } from '../../../../adapters/local/speech/dsp/resample';
import { createLocalSpeech } from '../../../../adapters/local/speech/local-speech';
import { createSentenceCache } from '../../../../adapters/local/speech/sentence-cache';
import { ANY_VOICE, type SpeechTiming } from '../../../../contracts/media';
import type { SpeechOutput } from '../../../../contracts/stages';
import { createTestContext, ffmpegPath } from '../assembly/test-context';
import type { TestContext } from '../assembly/test-context';
import { speechRequest } from './speech-request';

const SCRIPT =
  'Welcome to the product tour. It costs $4.50, and it ships in 2026!\n\nAny questions? Please ask us.';
const pool = createComputePool({ size: 2 });
const speech = createLocalSpeech(pool, { ladder: 'flite' });
const contexts: TestContext[] = [];

afterAll(async () => {
  await pool.close();
  await Promise.all(contexts.map((context) => context.remove()));
});

const request = speechRequest;
const stock = (voiceId?: string) => speechRequest('', { voiceId }).voice;

interface Spoken {
  output: SpeechOutput;
  timing: SpeechTiming;
  wav: string;
  context: TestContext;
}

async function speak(transcript: string, over: Partial<SpeechRequest> = {}): Promise<Spoken> {
  const context = await createTestContext();
  contexts.push(context);
  const output = await speech.perform(request(transcript, over), context);
  const timing = JSON.parse(await readFile(await context.open(output.timing), 'utf8')) as SpeechTiming;
  return { output, timing, wav: await context.open(output.audio), context };
}

/** Facts that hold for every clip, whatever was said. */
async function expectWhole({ output, timing, wav }: Spoken): Promise<void> {
  const { rate, samples } = decodeWav(await readFile(wav));
  expect(rate).toBe(48_000);
  expect(output.duration_ms % 40).toBe(0);
  expect(samples.length).toBe(output.duration_ms * 48);
  expect(timing.duration_ms).toBe(output.duration_ms);
  for (const list of [timing.words, timing.phones, timing.visemes, timing.sentences]) {
    list.forEach(({ start_ms, end_ms }, at) => {
      expect(start_ms).toBeGreaterThanOrEqual(list[at - 1]?.end_ms ?? 0);
      expect(end_ms).toBeGreaterThan(start_ms);
      expect(Number.isInteger(start_ms) && Number.isInteger(end_ms)).toBe(true);
    });
    expect(list.at(-1)?.end_ms ?? 0).toBeLessThanOrEqual(output.duration_ms);
  }
  expect(timing.visemes[0]?.start_ms).toBe(0);
  expect(timing.visemes.at(-1)?.end_ms).toBe(output.duration_ms);
  timing.visemes.forEach(({ start_ms }, at) => expect(start_ms).toBe(timing.visemes[at - 1]?.end_ms ?? 0));
}

const measure = ({ wav, context }: Spoken) =>
  measureLoudness(ffmpegPath(), wav, { dir: context.dir, signal: context.signal, timeout_ms: 60_000 });

describe('local speech', () => {
  let spoken: Spoken;
  beforeAll(async () => {
    spoken = await speak(SCRIPT);
  });

  it('is a whole number of frames long, with words, phones and visemes in order inside', () =>
    expectWhole(spoken));

  it('shows the words as they are written', () => {
    expect(spoken.timing.words.map(({ text }) => text).join(' ')).toBe(SCRIPT.replace(/\s+/g, ' '));
    expect(spoken.timing.sentences.map(({ text }) => text)).toEqual([
      'Welcome to the product tour.',
      'It costs $4.50, and it ships in 2026!',
      'Any questions?',
      'Please ask us.',
    ]);
    expect(spoken.output).toMatchObject({
      words: 18,
      engine: 'flite',
      voice_id: 'local:rms',
      timing_source: 'engine',
      confidence: 1,
      warnings: [],
    });
  });

  it('gives amounts the time they take', () => {
    const [amount, it_] = [
      spoken.timing.words.find(({ text }) => text === '$4.50,')!,
      spoken.timing.words.find(({ text }) => text === 'it')!,
    ];
    expect(amount.end_ms - amount.start_ms).toBeGreaterThan(4 * (it_.end_ms - it_.start_ms));
  });

  it('is quiet where it says so, and loud where words are', async () => {
    const { samples } = decodeWav(await readFile(spoken.wav));
    const peak = (from: number, to: number) =>
      samples.slice(from * 48, to * 48).reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    const [first, second] = spoken.timing.sentences;
    expect(peak(0, first!.start_ms - 60)).toBeLessThan(0.01);
    expect(peak(first!.end_ms + 100, second!.start_ms - 60)).toBeLessThan(0.01);
    for (const { start_ms, end_ms } of spoken.timing.words)
      expect(peak(start_ms, end_ms)).toBeGreaterThan(0.02);
  });

  it('pauses 350 ms between sentences and 600 ms between paragraphs', () => {
    const gaps = spoken.timing.sentences
      .slice(1)
      .map(({ start_ms }, at) => start_ms - spoken.timing.sentences[at]!.end_ms);
    expect(gaps).toEqual([350, 600, 350]);
  });

  it('measures -16 LUFS with peaks below -1.5 dBTP', async () => {
    const { integrated_lufs, true_peak_db } = await measure(spoken);
    expect(Math.abs(integrated_lufs + 16)).toBeLessThanOrEqual(0.5);
    expect(Math.abs(integrated_lufs - spoken.output.loudness_lufs)).toBeLessThan(0.15);
    expect(true_peak_db).toBeLessThanOrEqual(-1.5);
  });

  it('gives the same bytes twice', async () => {
    const again = await speak(SCRIPT);
    expect([again.output.audio.sha256, again.output.timing.sha256]).toEqual([
      spoken.output.audio.sha256,
      spoken.output.timing.sha256,
    ]);
  });

  it('follows the rate, exactly', async () => {
    const fast = await speak('One two three four five six seven.', { rate: 2 });
    const slow = await speak('One two three four five six seven.', { rate: 1 });
    const length = ({ timing }: Spoken) => timing.sentences[0]!.end_ms - timing.sentences[0]!.start_ms;
    expect(length(fast) / length(slow)).toBeCloseTo(0.5, 1);
  });

  it('follows the pitch of the request and of the profile, in the same time', async () => {
    const voice = { ...stock(), params: { rate: 1, pitch: 0.9, formant: 1 } };
    const [plain, low] = [await speak(SCRIPT), await speak(SCRIPT, { voice, pitch: 0.9 })];
    const [before, after] = [await medianPitch(plain), await medianPitch(low)];
    expect(low.output.duration_ms).toBe(plain.output.duration_ms);
    expect(Math.abs(after / before / 0.81 - 1)).toBeLessThan(0.06);
  });

  async function medianPitch({ wav }: Spoken): Promise<number> {
    const { samples, rate } = decodeWav(await readFile(wav));
    const voiced = trackPitch(resample(samples, rate, 16_000), 16_000).flatMap(({ f0_hz }) =>
      f0_hz > 0 ? [f0_hz] : [],
    );
    return voiced.sort((a, b) => a - b)[voiced.length >> 1] ?? 0;
  }

  it('honours a pause mark to the millisecond and keeps it out of the words', async () => {
    const { timing } = await speak('Wait [[pause 900ms]] now.');
    expect(timing.words.map(({ text }) => text)).toEqual(['Wait', 'now.']);
    expect(timing.words[1]!.start_ms - timing.words[0]!.end_ms).toBe(900);
  });

  it.each([
    'Hi.',
    '1 2 3 4.50 2026',
    '🙂 Hello 🎉 world 🙂',
    'A',
    '$$$ 5 ###',
    'WE ARE LIVE NOW',
    'x'.repeat(100),
    'Wow!!! Really??? — Yes...',
  ])('speaks %j', async (text) => {
    const clip = await speak(text);
    await expectWhole(clip);
    expect(clip.output.words).toBeGreaterThan(0);
    expect(Math.abs(clip.output.loudness_lufs + 16)).toBeLessThanOrEqual(0.5);
    expect(clip.output.warnings).toEqual([]);
  });

  it('speaks what it can of a mixed text and warns of the rest without quoting it', async () => {
    const { output } = await speak('Hello мир, and good day.');
    expect(output.warnings).toHaveLength(1);
    expect(output.warnings[0]).not.toContain('мир');
  });

  it('makes a silent clip with a warning where there is nothing to speak', async () => {
    const clip = await speak('🙂');
    await expectWhole(clip);
    expect(clip.output).toMatchObject({
      words: 0,
      warnings: ['There was nothing to speak, so the clip is silent.'],
    });
  });

  it('warns that another language is read with English sounds', async () => {
    expect((await speak('Guten Tag.', { language: 'de' })).output.warnings[0]).toContain('English');
  });

  it('keeps words in order inside the clip for any text', async () => {
    const words = [
      'hello',
      'USB',
      '42',
      '$3.50',
      'co-operate',
      'a',
      'I',
      'Dr.',
      'example.com',
      '3pm',
      '🙂',
      'naïve',
      "it's",
      '50%',
      'strengths',
      '—',
      'the',
      'B2B',
    ];
    const texts = fc
      .array(fc.constantFrom(...words), { minLength: 1, maxLength: 25 })
      .map((list) => `${list.join(' ')} end.`);
    await fc.assert(
      fc.asyncProperty(texts, async (text) => expectWhole(await speak(text))),
      { numRuns: 12, seed: 3 },
    );
  }, 300_000);

  it('says which voices there are when one is not', () => {
    expect(speech.supports(request('Hi.', { voice: stock('local:nobody') }))).toMatchObject({
      ok: false,
      reason: expect.stringContaining('local:rms'),
    });
    expect(speech.supports(request('Hi.', { voice: stock('local:auto') }))).toEqual({ ok: true });
  });

  it('leaves voices of other families to them, and takes any voice', () => {
    const cloned = { ...stock('elevenlabs:abc'), family: 'elevenlabs', kind: 'cloned' as const };
    expect(speech.supports(request('Hi.', { voice: cloned }))).toMatchObject({ ok: false, reason: expect.stringContaining('belongs to elevenlabs') });
    expect(speech.supports(request('Hi.', { voice: { ...stock(ANY_VOICE), family: ANY_VOICE } }))).toEqual({ ok: true });
  });

  it('stops when the job is cancelled', async () => {
    const context = await createTestContext();
    contexts.push(context);
    const running = speech.perform(request('word '.repeat(400)), context);
    context.abort();
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('takes sentences it has spoken from its cache', async () => {
    const context = await createTestContext();
    contexts.push(context);
    const cache = createSentenceCache({
      dir: `${context.dir}/cache`,
      most_bytes: 1e8,
      longest_ms: 1e9,
      now: Date.now,
    });
    const cached = createLocalSpeech(pool, { ladder: 'flite', cache });
    const first = await cached.perform(request(SCRIPT), context);
    const second = await cached.perform(request(SCRIPT), context);
    expect(second.audio.sha256).toBe(first.audio.sha256);
    expect(first.audio.sha256).toBe((await speak(SCRIPT)).output.audio.sha256);
  });
});
