import { readFile, stat } from 'node:fs/promises';
import sharp from 'sharp';
import type { StitchRequest } from '../../../../adapters/capabilities/assembly';
import { createLocalAssembly } from '../../../../adapters/local/assembly/local-assembly';
import { createComputePool } from '../../../../adapters/local/compute/pool';
import { inputArgs, measureLoudness, runFfmpeg } from '../../../../adapters/local/ffmpeg';
import { probeMedia } from '../../../../adapters/local/probe-media';
import { createTestContext, ffmpegPath } from './test-context';
import type { TestContext } from './test-context';
import { makeScene, makeStitchRequest, TEXTS, TOTAL_MS } from './test-film';

const pool = createComputePool({ size: 1 });
const assembly = createLocalAssembly(pool, ffmpegPath());
let context: TestContext;
let request: StitchRequest;
let film: Awaited<ReturnType<typeof assembly.stitch>>;

beforeAll(async () => {
  context = await createTestContext();
  request = await makeStitchRequest(context);
  film = await assembly.stitch(request, context);
});

afterAll(async () => {
  await pool.close();
  await context.remove();
});

const measure = async (asset: Parameters<TestContext['open']>[0]) =>
  measureLoudness(ffmpegPath(), await context.open(asset), {
    signal: context.signal,
    timeout_ms: 60_000,
    dir: context.dir,
  });

describe('stitch', () => {
  it('makes a voice track of the loudness asked for, as long as the film to the sample', async () => {
    const { integrated_lufs, true_peak_db } = await measure(film.audio_master);
    expect(Math.abs(integrated_lufs + 16)).toBeLessThanOrEqual(0.5);
    expect(true_peak_db).toBeLessThanOrEqual(-1.5);
    expect(film.audio_master.bytes).toBe(44 + TOTAL_MS * 96);
  });

  it('holds peaks under -1.5 dBTP when a loud target leaves no room', async () => {
    const loud = await assembly.stitch({ ...request, loudness_lufs: -11 }, context);
    const { integrated_lufs, true_peak_db } = await measure(loud.audio_master);
    expect(true_peak_db).toBeLessThanOrEqual(-1.5);
    expect(Math.abs(integrated_lufs + 11)).toBeLessThanOrEqual(0.5);
    expect(loud.audio_master.bytes).toBe(44 + TOTAL_MS * 96);
  });

  it('gives the same bytes for the same scenes', async () => {
    const again = await assembly.stitch(request, context);
    expect(again).toEqual(film);
  });

  it('puts words into film time, inside their scenes', () => {
    expect(film.timeline.scenes.map(({ start_ms, end_ms }) => [start_ms, end_ms])).toEqual([
      [0, 2000],
      [2000, 6240],
      [6240, 8040],
    ]);
    expect(film.timeline.scenes[1]?.words[0]).toEqual({
      text: 'Then',
      start_ms: 2100,
      end_ms: expect.any(Number),
    });
    expect(film.duration_ms).toBe(TOTAL_MS);
  });

  it('passes every continuity check of an even film', () => {
    expect(film.continuity.filter((check) => !check.passed)).toEqual([]);
    expect(film.continuity.map((check) => check.check)).toEqual([
      'timeline_gap',
      'words_inside',
      'speech_length',
      'framing_jump',
      'loudness_jump',
      'pace_jump',
      'word_timing',
      'loudness',
    ]);
  });

  it('names the scene that is much louder, and the one that looks like its neighbour', async () => {
    const loud = await makeScene(context, { number: 2, text: TEXTS[1]!, duration_ms: 4_240, gain_db: 0 });
    const [first, , third] = request.scenes;
    loud.storyboard.visual.framing = 'medium';
    const { continuity } = await assembly.stitch(
      { ...request, scenes: [first!, { ...loud, background: first!.background }, third!] },
      context,
    );
    const failed = continuity
      .filter((check) => !check.passed)
      .map((check) => `${check.check} ${check.scene}`);
    expect(failed).toEqual(expect.arrayContaining(['framing_jump 2', 'loudness_jump 2']));
  });

  it('leaves a small film for reviewers with every frame and the sound', async () => {
    const facts = await probeMedia(await context.open(film.rough_cut));
    expect(facts).toMatchObject({
      video: { width: 480, height: 270, frames: TOTAL_MS / 40, fps: 25 },
      audio: { sample_rate: 48_000 },
    });
    expect(Math.abs(facts.video!.duration_ms - facts.audio!.duration_ms)).toBeLessThan(22);
  });

  it('writes captions of every word in both formats', async () => {
    const [vtt, srt] = await Promise.all(
      [film.captions_vtt, film.captions_srt].map(async (asset) =>
        readFile(await context.open(asset), 'utf8'),
      ),
    );
    expect(vtt).toMatch(/^WEBVTT\n\n1\n00:00:00\.100 --> /);
    expect(srt).toMatch(/^1\n00:00:00,100 --> /);
    for (const word of TEXTS.join(' ').split(' ')) expect(vtt).toContain(word);
  });

  it('leaves the sound where it was in time, also behind the limiter', async () => {
    const loud = await assembly.stitch({ ...request, loudness_lufs: -11 }, context);
    const [before, after] = await Promise.all(
      [film.audio_master, loud.audio_master].map(async (asset) => {
        const bytes = (await readFile(await context.open(asset))).subarray(44);
        return new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
      }),
    );
    const match = (shift: number) => {
      let sum = 0;
      for (let at = 48_000; at < 96_000; at += 1) sum += before![at]! * after![at + shift]!;
      return sum;
    };
    const shifts = Array.from({ length: 961 }, (_, at) => at - 480);
    const best = shifts.reduce((found, shift) => (match(shift) > match(found) ? shift : found), -480);
    expect(Math.abs(best)).toBeLessThanOrEqual(2);
  });

  it('shows a cutaway in the rough cut, and the words over it', async () => {
    const red = await sharp({ create: { width: 400, height: 300, channels: 3, background: '#c02020' } })
      .jpeg()
      .toBuffer();
    const asset = await context.put('image/jpeg', red);
    const [first, second, third] = request.scenes;
    const cut = { ...second!, cutaways: [{ start_ms: 1_000, end_ms: 2_000, asset, title: null }] };
    const { rough_cut, timeline } = await assembly.stitch(
      { ...request, scenes: [first!, cut, third!] },
      context,
    );
    expect(timeline.scenes[1]?.visual.b_roll).toEqual({ prompt: null, asset_id: asset.asset_id });
    const colourAt = async (seconds: number) => {
      const chunks: Buffer[] = [];
      const output =
        '-frames:v 1 -vf crop=40:40:220:100,scale=1:1:flags=area -f rawvideo -pix_fmt rgb24 pipe:1';
      const input = inputArgs(await context.open(rough_cut), 'mov', ['-ss', String(seconds)]);
      await runFfmpeg(ffmpegPath(), [...input, ...output.split(' ')], {
        signal: context.signal,
        timeout_ms: 60_000,
        dir: context.dir,
        onStdout: (chunk) => chunks.push(chunk),
      });
      return [...Buffer.concat(chunks)];
    };
    const near = (wanted: number[], seen: number[]) =>
      seen.every((value, at) => Math.abs(value - wanted[at]!) <= 6);
    expect(near([0xc0, 0x20, 0x20], await colourAt(3.5))).toBe(true);
    expect(near([80, 120, 160], await colourAt(2.5))).toBe(true);
    expect(near([80, 120, 160], await colourAt(4.5))).toBe(true);
  });

  it('refuses a playlist disguised as speech and opens no other file', async () => {
    const secret = await context.put('text/plain', 'top secret words');
    const playlist = await context.put('audio/wav', `#EXTM3U\n#EXTINF:1,\n${await context.open(secret)}\n`);
    const [first] = request.scenes;
    const before = (await stat(await context.open(secret))).atimeMs;
    await expect(
      assembly.stitch({ ...request, scenes: [{ ...first!, speech: playlist }] }, context),
    ).rejects.toMatchObject({ code: 'speech_unreadable' });
    expect((await stat(await context.open(secret))).atimeMs).toBe(before);
  });

  it('refuses a playlist disguised as a preview', async () => {
    const preview = await context.put('image/jpeg', '#EXTM3U\n#EXTINF:1,\n/etc/passwd\n');
    const [first] = request.scenes;
    await expect(
      assembly.stitch({ ...request, scenes: [{ ...first!, preview }] }, context),
    ).rejects.toMatchObject({ code: 'photo_type_unsupported' });
  });

  it('ends with the abort signal', async () => {
    const own = await createTestContext();
    const scene = await makeScene(own, { number: 1, text: 'One two.', duration_ms: 2_000, gain_db: -10 });
    const run = assembly.stitch({ ...request, scenes: [scene] }, own);
    own.abort();
    await expect(run).rejects.toMatchObject({ name: 'AbortError' });
    await own.remove();
  });
});
