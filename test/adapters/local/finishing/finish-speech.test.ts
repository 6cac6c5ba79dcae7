import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { RawSpeech } from '../../../../adapters/capabilities/finishing';
import type { SpeechRequest } from '../../../../adapters/capabilities/speech';
import { createComputePool } from '../../../../adapters/local/compute/pool';
import { createLocalFamily } from '../../../../adapters/local/family';
import { decodeWav, encodeWav } from '../../../../adapters/local/speech/dsp/wav';
import type { AssetRef, SpeechTiming, VoiceProfile, Word } from '../../../../contracts/media';
import { projectRoot } from '../../../../contracts/project-root';
import { createTestContext, ffmpegPath, type TestContext } from '../assembly/test-context';

const TEXT = 'Paper boats drift past the old mill. We counted forty-two of them before lunch!';
const VOICE: VoiceProfile = {
  kind: 'stock', family: 'acme', engine: 'acme-1', voice_id: 'acme:calm', params: { rate: 1, pitch: 1, formant: 1 },
  measured: null, residual: null, sample_sha256: null, warnings: [], licence: '', disclosure: '',
};

const pool = createComputePool({ size: 2 });
const local = createLocalFamily({ pool, ffmpegPath: ffmpegPath(), tts: 'flite' });
let context: TestContext;
/** A recording whose word times are known exactly, because flite told them. */
let spoken: { wav: string; timing: SpeechTiming };

beforeAll(async () => {
  context = await createTestContext();
  const made = await local.speech.perform(request(TEXT, { voice: { ...VOICE, family: 'local', voice_id: 'local:slt' } }), context);
  spoken = { wav: await context.open(made.audio), timing: await readTiming(made.timing) };
});
afterAll(async () => {
  await pool.close();
  await context.remove();
});

function request(transcript: string, over: Partial<SpeechRequest> = {}): SpeechRequest {
  return { transcript, language: 'en', voice: VOICE, rate: 1, pitch: 1, lexicon: {}, loudness_lufs: -16, previous_text: null, next_text: null, ...over };
}

async function readTiming(asset: AssetRef): Promise<SpeechTiming> {
  return JSON.parse(await readFile(await context.open(asset), 'utf8')) as SpeechTiming;
}

/** What ffmpeg makes of a recording, as a provider would send it. */
function encode(file: string, ...args: string[]): Buffer {
  return execFileSync(ffmpegPath(), ['-v', 'error', '-i', file, ...args, 'pipe:1'], { maxBuffer: 1 << 26 });
}

async function finish(audio: { type: string; bytes: Buffer }, over: Partial<RawSpeech> = {}, transcript = TEXT) {
  const raw: RawSpeech = { audio: await context.put(audio.type, audio.bytes), words: null, engine: 'acme-1', voice: VOICE, ...over };
  const output = await local.finishing.speech(raw, request(transcript), context);
  const wav = decodeWav(await readFile(await context.open(output.audio)));
  return { output, wav, timing: await readTiming(output.timing) };
}

const mp3 = () => ({ type: 'audio/mpeg', bytes: encode(spoken.wav, '-c:a', 'libmp3lame', '-b:a', '128k', '-f', 'mp3') });

/** Milliseconds between the starts of equal words, the offset of the whole taken out. */
function errorsOf(words: Word[], truth: Word[]): number[] {
  const offsets = words.map(({ start_ms }, at) => start_ms - (truth[at]?.start_ms ?? 0));
  const middle = [...offsets].sort((a, b) => a - b)[Math.floor(offsets.length / 2)] ?? 0;
  return offsets.map((offset) => Math.abs(offset - middle));
}

function expectWhole({ output, timing, wav }: Awaited<ReturnType<typeof finish>>): void {
  expect([wav.rate, wav.samples.length]).toEqual([48_000, output.duration_ms * 48]);
  expect(output.duration_ms % 40).toBe(0);
  for (const list of [timing.words, timing.phones, timing.visemes, timing.sentences]) {
    list.forEach(({ start_ms, end_ms }, at) => {
      expect(start_ms).toBeGreaterThanOrEqual(list[at - 1]?.end_ms ?? 0);
      expect(end_ms).toBeGreaterThan(start_ms);
      expect(Number.isInteger(start_ms) && Number.isInteger(end_ms)).toBe(true);
    });
  }
  expect([timing.visemes[0]?.start_ms, timing.visemes.at(-1)?.end_ms]).toEqual([0, output.duration_ms]);
}

describe('finishing a provider’s speech', () => {
  it('aligns an mp3 that came without times', async () => {
    const finished = await finish(mp3());
    expectWhole(finished);
    expect(finished.output).toMatchObject({ engine: 'acme-1', voice_id: 'acme:calm', timing_source: 'forced_alignment', words: 14, warnings: [] });
    expect(finished.timing.words.map(({ text }) => text).join(' ')).toBe(TEXT);
    expect(finished.timing.source).toBe('forced_alignment');
    expect(finished.output.confidence).toBeGreaterThan(0.7);
    expect(Math.max(...errorsOf(finished.timing.words, spoken.timing.words))).toBeLessThan(120);
    expect(finished.output.loudness_lufs).toBeCloseTo(-16, 0);
  });

  it('takes the provider’s word times as they are and moves phones with them', async () => {
    const finished = await finish(mp3(), { words: spoken.timing.words });
    expectWhole(finished);
    expect(finished.timing).toMatchObject({ source: 'provider', confidence: 1 });
    expect(Math.max(...errorsOf(finished.timing.words, spoken.timing.words))).toBe(0);
    const sounding = finished.timing.phones.filter(({ symbol }) => symbol !== 'pau');
    expect(sounding.length).toBeGreaterThan(40);
    const inside = sounding.filter((phone) => finished.timing.words.some((word) => phone.start_ms >= word.start_ms && phone.end_ms <= word.end_ms));
    expect(inside).toHaveLength(sounding.length);
  });

  it('reads samples without a header at the rate that their type names', async () => {
    const bytes = encode(spoken.wav, '-ar', '24000', '-f', 's16le');
    const finished = await finish({ type: 'audio/pcm;rate=24000', bytes });
    expectWhole(finished);
    expect(Math.abs(finished.output.duration_ms - spoken.timing.duration_ms)).toBeLessThanOrEqual(120);
  });

  it('makes a marked pause exact, and silent', async () => {
    const marked = TEXT.replace('mill. ', 'mill. [[pause 1.5s]] ');
    const { timing, wav } = await finish(mp3(), { words: spoken.timing.words }, marked);
    const [last, next] = [timing.words[6], timing.words[7]];
    expect([last?.text, next?.text]).toEqual(['mill.', 'We']);
    expect((next?.start_ms ?? 0) - (last?.end_ms ?? 0)).toBe(1500);
    const quiet = wav.samples.slice(((last?.end_ms ?? 0) + 300) * 48, ((next?.start_ms ?? 0) - 120) * 48);
    expect(quiet.every((sample) => sample === 0)).toBe(true);
  });

  it('aligns by itself when the provider’s words are not the script’s', async () => {
    const { output } = await finish(mp3(), { words: spoken.timing.words.slice(1) });
    expect(output.timing_source).toBe('forced_alignment');
    expect(output.warnings).toEqual([expect.stringContaining('do not fit the script')]);
  });

  it('says so when sound and script hardly belong together', async () => {
    const { output } = await finish(mp3(), {}, 'Quarterly revenue grew. Nobody expected such extraordinary and thoroughly unreasonable mathematics, did they?');
    expect(output.confidence).toBeLessThan(0.5);
    expect(output.warnings).toEqual([expect.stringContaining('a guess')]);
  });

  it('aligns a person’s recording', async () => {
    const folder = path.join(projectRoot(), 'assets/voices');
    const line = readFileSync(path.join(folder, 'librivox-transcription.txt'), 'utf8').split('\n').find((text) => text.includes('0870'));
    const transcript = (line ?? '').replace(/^.*?0870\S*\s+/, '').replace(/<\/?s>|\(.*\)/g, '').trim();
    const bytes = readFileSync(path.join(folder, 'sense_and_sensibility_01_austen_64kb-0870.wav'));
    const finished = await finish({ type: 'audio/wav', bytes }, {}, transcript);
    expectWhole(finished);
    expect(finished.output.words).toBe(transcript.split(/\s+/).length);
    expect(finished.output.confidence).toBeGreaterThan(0.5);
  });

  it.each([
    ['a page of HTML', 'audio/mpeg', Buffer.from('<html><body>upstream error: Paper boats drift</body></html>')],
    ['silence', 'audio/wav', encodeWav({ rate: 24_000, samples: new Float32Array(96_000) })],
  ])('calls %s a bad output that was paid for', async (_name, type, bytes) => {
    await expect(finish({ type, bytes })).rejects.toMatchObject({ name: 'ProviderFault', kind: 'bad_output', charged: 'yes', message: 'acme: bad_output' });
  });

  it('gives the same bytes again', async () => {
    const [first, second] = [await finish(mp3()), await finish(mp3())];
    expect(second.output.audio.sha256).toBe(first.output.audio.sha256);
    expect(second.output.timing.sha256).toBe(first.output.timing.sha256);
  });
});
