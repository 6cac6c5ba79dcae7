import { execFileSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createComputePool } from '../../../../adapters/local/compute/pool';
import { decodeWav, encodeWav } from '../../../../adapters/local/speech/dsp/wav';
import { createLocalAlign } from '../../../../adapters/local/speech/local-align';
import { createLocalVoice, inspectSample } from '../../../../adapters/local/speech/local-voice';
import { projectRoot } from '../../../../contracts/project-root';
import { createRandom } from '../../../../adapters/local/random';
import { createTestContext, ffmpegPath } from '../assembly/test-context';
import type { TestContext } from '../assembly/test-context';

const RATE = 16_000;
const NOBODY = { searchPath: '', voicesDir: null, rhvoiceData: '/nowhere' };
const pool = createComputePool({ size: 1 });
const voice = createLocalVoice(pool, ffmpegPath(), { machine: NOBODY });
const align = createLocalAlign(pool, ffmpegPath());
const folder = path.join(projectRoot(), 'assets/voices');
let context: TestContext;
let reader: Float32Array;

beforeAll(async () => {
  context = await createTestContext();
  const files = (await readdir(folder)).filter((name) => name.endsWith('.wav')).sort();
  const parts = await Promise.all(
    files.map(async (name) => decodeWav(await readFile(path.join(folder, name))).samples),
  );
  reader = Float32Array.from(parts.flatMap((part) => [...part]));
});

afterAll(async () => {
  await pool.close();
  await context.remove();
});

async function profileOf(bytes: Uint8Array) {
  const sample = await context.put('application/octet-stream', bytes);
  return (await voice.perform({ sample, transcript: null, name: null, consent: null }, context)).profile;
}

const wav = (samples: Float32Array) => encodeWav({ rate: RATE, samples });

/** The reader's sample as another format, made by ffmpeg. */
async function encode(name: string, args: string[]): Promise<Buffer> {
  const [from, to] = [path.join(context.dir, 'reader.wav'), path.join(context.dir, name)];
  await writeFile(from, wav(reader.slice(0, 12 * RATE)));
  execFileSync(ffmpegPath(), ['-v', 'error', '-y', '-i', from, ...args, to]);
  return readFile(to);
}

const code = (expected: string) => expect.objectContaining({ name: 'VoiceSampleRejected', code: expected });

describe('a voice sample of the LibriVox reader', () => {
  it('is matched, not cloned, with the pitch of the man', async () => {
    const profile = await profileOf(wav(reader));
    expect(profile).toMatchObject({ kind: 'matched', family: 'local', voice_id: 'local:rms', warnings: [] });
    expect(profile.measured!['median_f0_hz']).toBeGreaterThan(92);
    expect(profile.measured!['median_f0_hz']).toBeLessThan(102);
    expect(profile.params.pitch).toBeGreaterThan(0.85);
    expect(profile.params.pitch).toBeLessThan(1);
    expect(Math.abs(profile.residual!['f0_semitones']!)).toBeLessThan(0.5);
    // Praat reads 2582 and 3453 Hz from the same recording.
    expect(Math.abs(profile.measured!['f3_hz']! / 2582 - 1)).toBeLessThan(0.04);
    expect(Math.abs(profile.measured!['f4_hz']! / 3453 - 1)).toBeLessThan(0.04);
    expect(Math.abs(profile.residual!['f3_percent']!)).toBeLessThan(4);
    expect(profile.disclosure).toContain('not a copy');
    expect(profile.sample_sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    ['mp3', ['-b:a', '64k']],
    ['m4a', []],
    ['ogg', ['-c:a', 'libvorbis']],
    ['flac', []],
    ['webm', ['-c:a', 'libopus']],
    ['wav', ['-ac', '2', '-ar', '44100']],
  ])('is read from %s', async (extension, args) => {
    const profile = await profileOf(await encode(`copy.${extension}`, args));
    // The first twelve seconds are a little higher than the whole.
    expect(Math.abs(profile.measured!['median_f0_hz']! / 102 - 1)).toBeLessThan(0.02);
  });

  it('is not opened again where somebody has looked into it', async () => {
    const sample = await context.put('audio/wav', wav(reader));
    const report = await inspectSample({ pool, ffmpegPath: ffmpegPath() }, sample, context);
    const shut = { ...context, open: () => Promise.reject(new Error('opened')) };
    const { profile } = await voice.perform({ sample, transcript: null, name: null, consent: null, report }, shut);
    expect(profile).toEqual(await profileOf(wav(reader)));
  });

  it('is cut after two minutes, however long it is', async () => {
    const long = wav(new Float32Array(RATE * 150).map((_, at) => reader[at % reader.length]!));
    expect((await profileOf(long)).measured!['duration_ms']).toBe(120_000);
  });
});

describe('a bad voice sample', () => {
  it('is too short with three seconds', () =>
    expect(profileOf(wav(reader.slice(0, 3 * RATE)))).rejects.toEqual(code('voice_sample_short')));

  it('is too short with little speech in much silence', () => {
    const mostlySilent = new Float32Array(20 * RATE);
    mostlySilent.set(reader.slice(0, 3 * RATE), RATE);
    return expect(profileOf(wav(mostlySilent))).rejects.toEqual(code('voice_sample_short'));
  });

  it('is silent', () =>
    expect(profileOf(wav(new Float32Array(10 * RATE)))).rejects.toEqual(code('voice_sample_silent')));

  it('is silent with nothing but hiss far below a voice', () => {
    const random = createRandom('hiss');
    return expect(
      profileOf(wav(new Float32Array(10 * RATE).map(() => (random() - 0.5) * 0.001))),
    ).rejects.toEqual(code('voice_sample_silent'));
  });

  it('is clipped when it was recorded far too loud', () =>
    expect(profileOf(wav(reader.map((sample) => Math.max(-1, Math.min(1, sample * 20)))))).rejects.toEqual(
      code('voice_sample_clipped'),
    ));

  it('is noisy when noise is nearly as loud as the voice', () => {
    const random = createRandom('noise');
    return expect(
      profileOf(wav(reader.map((sample) => sample * 0.5 + (random() - 0.5) * 0.15))),
    ).rejects.toEqual(code('voice_sample_noisy'));
  });

  it.each([
    ['text', 'This is a text and no sound at all. '.repeat(100)],
    [
      'an HLS playlist',
      `#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/passwd\n${'#\n'.repeat(2000)}`,
    ],
    ['a concat script', `ffconcat version 1.0\nfile /etc/passwd\n${'# x\n'.repeat(2000)}`],
    [
      'a playlist behind the mark of an MP3',
      `ID3\x04\x00\x00\x00\x00\x00\x00#EXTM3U\nfile:///etc/passwd\n${'#\n'.repeat(2000)}`,
    ],
    [
      'a playlist behind the mark of an MP4',
      `\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00#EXTM3U\nfile:///etc/passwd\n${'#\n'.repeat(2000)}`,
    ],
    ['a broken WAV', `RIFF\xff\xff\xff\xffWAVE${'x'.repeat(5000)}`],
    ['nothing', ''],
  ])('cannot be read when it is %s', (_, text) =>
    expect(profileOf(Buffer.from(text, 'latin1'))).rejects.toEqual(code('voice_sample_undecodable')),
  );

  it('cannot be read when it is a film without sound', async () => {
    const film = path.join(context.dir, 'film.mp4');
    execFileSync(ffmpegPath(), ['-v', 'error', '-y', '-f', 'lavfi', '-i', 'testsrc=s=64x64:d=1', film]);
    await expect(profileOf(await readFile(film))).rejects.toEqual(code('voice_sample_undecodable'));
  });
});

describe('alignment of a human reading', () => {
  it('finds the words of each utterance in order, from the first sound to the last', async () => {
    const audio = await context.put(
      'audio/wav',
      await readFile(path.join(folder, 'sense_and_sensibility_01_austen_64kb-0880.wav')),
    );
    const timing = await align.perform(
      { audio, transcript: 'He was not an ill disposed young man.', language: 'en' },
      context,
    );
    expect(timing.words.map(({ text }) => text)).toEqual([
      'He',
      'was',
      'not',
      'an',
      'ill',
      'disposed',
      'young',
      'man.',
    ]);
    timing.words.forEach(({ start_ms }, at) =>
      expect(start_ms).toBeGreaterThanOrEqual(timing.words[at - 1]?.end_ms ?? 0),
    );
    expect(timing.words.at(-1)!.end_ms).toBeLessThanOrEqual(timing.duration_ms);
    expect(timing).toMatchObject({ source: 'forced_alignment' });
    expect(timing.confidence).toBeGreaterThan(0.4);
  });

  it('refuses languages it does not know', () => {
    expect(
      align.supports({
        audio: { asset_id: '', sha256: '', content_type: '', bytes: 0 },
        transcript: '',
        language: 'fr',
      }).ok,
    ).toBe(false);
  });
});
