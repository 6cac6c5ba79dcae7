import { readFile } from 'node:fs/promises';
import { createComputePool } from '../../../../adapters/local/compute/pool';
import { measureLoudness } from '../../../../adapters/local/ffmpeg';
import { readWav } from '../../../../adapters/local/speech/dsp/wav';
import type { Sound } from '../../../../adapters/local/speech/dsp/wav';
import { createLocalSpeech } from '../../../../adapters/local/speech/local-speech';
import { isAvailable, knownVoices } from '../../../../adapters/local/speech/voices';
import type { LocalVoice } from '../../../../adapters/local/speech/voices';
import type { SpeechTiming } from '../../../../contracts/media';
import { createTestContext, ffmpegPath } from '../assembly/test-context';
import type { TestContext } from '../assembly/test-context';
import { speechRequest } from './speech-request';
import { THIS_MACHINE } from './this-machine';

const TEXT = 'It costs $4.50 until March 3rd. Will the U.S. team measure 12 km?';
/** Has p, t, k and b between vowels, where the sound dips for as long as the mouth is shut. */
const STOPS =
  'People keep asking about a public map. The committee decided to take a copy of the topic behind the cabinet. ' +
  'A happy team adopted the budget, and nobody could predict how it began.';
const pool = createComputePool({ size: 2 });
const contexts: TestContext[] = [];
const voices = firstOfEach(knownVoices(THIS_MACHINE).filter(isAvailable));

afterAll(async () => {
  await pool.close();
  await Promise.all(contexts.map((context) => context.remove()));
});

function firstOfEach(all: readonly LocalVoice[]): LocalVoice[] {
  return all.filter(({ engine }, at) => all.findIndex((voice) => voice.engine === engine) === at);
}

for (const engine of ['sherpa', 'rhvoice'] as const) {
  if (!voices.some((voice) => voice.engine === engine))
    process.stderr.write(
      `SKIPPED: no voice of ${engine} is here, so it was not tested (npm run voices says how).\n`,
    );
}

async function speak(voiceId: string, text: string, rate = 1) {
  const speech = createLocalSpeech(pool, { machine: THIS_MACHINE });
  const context = await createTestContext();
  contexts.push(context);
  const output = await speech.perform(speechRequest(text, { voiceId, rate }), context);
  const timing = JSON.parse(await readFile(await context.open(output.timing), 'utf8')) as SpeechTiming;
  return { output, timing, context, wav: await context.open(output.audio) };
}

describe.each(voices.map((voice) => [voice.voice_id, voice.engine] as const))('%s', (voiceId, engine) => {
  let spoken: Awaited<ReturnType<typeof speak>>;
  beforeAll(async () => {
    spoken = await speak(voiceId, TEXT);
  });

  it('says who spoke', () => expect(spoken.output).toMatchObject({ engine, voice_id: voiceId, words: 13 }));

  it('measures -16 LUFS within half a unit and no true peak above -1.5 dB', async () => {
    const { wav, context } = spoken;
    const limits = { dir: context.dir, signal: context.signal, timeout_ms: 60_000 };
    const { integrated_lufs, true_peak_db } = await measureLoudness(ffmpegPath(), wav, limits);
    expect(Math.abs(integrated_lufs + 16)).toBeLessThanOrEqual(0.5);
    expect(true_peak_db).toBeLessThanOrEqual(-1.5);
  });

  it('has every word in order and trusts its times', () => {
    const { words } = spoken.timing;
    expect(words.map(({ text }) => text).join(' ')).toBe(TEXT);
    expect(words.every(({ start_ms }, at) => start_ms >= (words[at - 1]?.end_ms ?? 0))).toBe(true);
    expect(spoken.output.confidence).toBeGreaterThan(0.4);
  });

  it('puts a stop where the sound dips', async () => {
    const { timing, wav } = await speak(voiceId, STOPS);
    const dips = dipsAfterStops(timing.phones, await readWav(wav));
    expect(dips.length).toBeGreaterThan(10);
    // Flite, which knows its own times, has the quietest moment 25 to 60 ms after a stop began.
    expect(medianOf(dips)).toBeGreaterThan(10);
    expect(medianOf(dips)).toBeLessThan(75);
  });

  it('gives the same bytes twice, also from a fresh process', async () => {
    expect((await speak(voiceId, TEXT)).output.audio.sha256).toBe(spoken.output.audio.sha256);
  });

  it('is shorter at a higher rate', async () => {
    const length = ({ timing }: typeof spoken) => timing.sentences[0]!.end_ms - timing.sentences[0]!.start_ms;
    const share = length(await speak(voiceId, 'It costs $4.50 until March 3rd.', 1.25)) / length(spoken);
    expect(share).toBeGreaterThan(0.72);
    expect(share).toBeLessThan(0.88);
  });

  it('stops at once when it is cancelled, and speaks again afterwards', async () => {
    const speech = createLocalSpeech(pool, { machine: THIS_MACHINE });
    const context = await createTestContext();
    contexts.push(context);
    const running = speech.perform(speechRequest('word '.repeat(400), { voiceId }), context);
    setTimeout(() => context.abort(), 300);
    await expect(running).rejects.toThrow();
    expect((await speak(voiceId, 'Good day.')).output.words).toBe(2);
  });
});

const STOP = /^[ptkb]$/;
const VOWEL = /^[aeiou]/;

/** For each stop between vowels how long after its start the sound is quietest, looked for 100 ms around it. */
function dipsAfterStops(phones: SpeechTiming['phones'], sound: Sound): number[] {
  return phones.flatMap(({ symbol, start_ms, end_ms }, at) => {
    const between = [phones[at - 1], phones[at + 1]].every((other) => VOWEL.test(other?.symbol ?? ''));
    return STOP.test(symbol) && between ? [quietestMs(sound, start_ms - 100, end_ms + 100) - start_ms] : [];
  });
}

function quietestMs({ samples, rate }: Sound, fromMs: number, toMs: number): number {
  const energyAt = (ms: number): number =>
    samples.subarray(Math.max(0, ((ms - 5) * rate) / 1000), ((ms + 5) * rate) / 1000).reduce((sum, sample) => sum + sample ** 2, 0);
  const moments = Array.from({ length: Math.floor((toMs - fromMs) / 2) }, (_, at) => fromMs + 2 * at);
  const energies = moments.map(energyAt);
  return moments[energies.indexOf(Math.min(...energies))]!;
}

function medianOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}
