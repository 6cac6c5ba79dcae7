import { readFile, stat } from 'node:fs/promises';
import sharp from 'sharp';
import type { JoinRequest, StitchRequest } from '../../../../adapters/capabilities/assembly';
import { createLocalAssembly } from '../../../../adapters/local/assembly/local-assembly';
import { createComputePool } from '../../../../adapters/local/compute/pool';
import { measureLoudness } from '../../../../adapters/local/ffmpeg';
import { probeMedia } from '../../../../adapters/local/probe-media';
import type { SpeechTiming } from '../../../../contracts/media';
import { createTestContext, ffmpegPath } from './test-context';
import type { TestContext } from './test-context';
import { makeScene, makeSceneVideo, makeTiming, makeTrack, TEXTS } from './test-film';

const pool = createComputePool({ size: 1 });
const assembly = createLocalAssembly(pool, ffmpegPath());
const DURATIONS = [2_000, 4_240, 1_800];
const TOTAL = 8_040;
const SIZE = { width: 640, height: 360 };
let context: TestContext;
let request: StitchRequest;
let film: Awaited<ReturnType<typeof assembly.stitch>>;

beforeAll(async () => {
  context = await createTestContext();
  const scenes = await Promise.all(
    TEXTS.map((text, at) => makeScene(context, { number: at + 1, text, duration_ms: DURATIONS[at]!, gain_db: [-9, -10, -8][at]! })),
  );
  request = { scenes, size: SIZE, fps: 25, loudness_lufs: -16, job_id: 'job_1' };
  film = await assembly.stitch(request, context);
});

afterAll(async () => {
  await pool.close();
  await context.remove();
});

const measure = async (asset: Parameters<TestContext['open']>[0]) =>
  measureLoudness(ffmpegPath(), await context.open(asset), { signal: context.signal, timeout_ms: 60_000, dir: context.dir });

describe('stitch', () => {
  it('makes a voice track of the loudness asked for, as long as the film to the sample', async () => {
    const { integrated_lufs, true_peak_db } = await measure(film.audio_master);
    expect(Math.abs(integrated_lufs + 16)).toBeLessThanOrEqual(0.5);
    expect(true_peak_db).toBeLessThanOrEqual(-1.5);
    expect(film.audio_master.bytes).toBe(44 + TOTAL * 96);
  });

  it('holds peaks under -1.5 dBTP when a loud target leaves no room', async () => {
    const loud = await assembly.stitch({ ...request, loudness_lufs: -11 }, context);
    const { integrated_lufs, true_peak_db } = await measure(loud.audio_master);
    expect(true_peak_db).toBeLessThanOrEqual(-1.5);
    expect(Math.abs(integrated_lufs + 11)).toBeLessThanOrEqual(0.5);
    expect(loud.audio_master.bytes).toBe(44 + TOTAL * 96);
  });

  it('gives the same bytes for the same scenes', async () => {
    const again = await assembly.stitch(request, context);
    expect(again).toEqual(film);
  });

  it('puts words into film time, inside their scenes', () => {
    expect(film.timeline.scenes.map(({ start_ms, end_ms }) => [start_ms, end_ms])).toEqual([[0, 2000], [2000, 6240], [6240, 8040]]);
    expect(film.timeline.scenes[1]?.words[0]).toEqual({ text: 'Then', start_ms: 2100, end_ms: expect.any(Number) });
    expect(film.duration_ms).toBe(TOTAL);
  });

  it('passes every continuity check of an even film', () => {
    expect(film.continuity.filter((check) => !check.passed)).toEqual([]);
    expect(film.continuity.map((check) => check.check)).toEqual(['timeline_gap', 'words_inside', 'speech_length', 'framing_jump', 'loudness_jump', 'pace_jump', 'word_timing', 'loudness']);
  });

  it('names the scene that is much louder, and the one that looks like its neighbour', async () => {
    const loud = await makeScene(context, { number: 2, text: TEXTS[1]!, duration_ms: 4_240, gain_db: 0 });
    const [first, , third] = request.scenes;
    loud.storyboard.visual.framing = 'medium';
    const { continuity } = await assembly.stitch({ ...request, scenes: [first!, { ...loud, background: first!.background }, third!] }, context);
    const failed = continuity.filter((check) => !check.passed).map((check) => `${check.check} ${check.scene}`);
    expect(failed).toEqual(expect.arrayContaining(['framing_jump 2', 'loudness_jump 2']));
  });

  it('leaves a small film for reviewers with every frame and the sound', async () => {
    const facts = await probeMedia(await context.open(film.rough_cut));
    expect(facts).toMatchObject({ video: { width: 480, height: 270, frames: TOTAL / 40, fps: 25 }, audio: { sample_rate: 48_000 } });
    expect(Math.abs(facts.video!.duration_ms - facts.audio!.duration_ms)).toBeLessThan(22);
  });

  it('writes captions of every word in both formats', async () => {
    const [vtt, srt] = await Promise.all([film.captions_vtt, film.captions_srt].map(async (asset) => readFile(await context.open(asset), 'utf8')));
    expect(vtt).toMatch(/^WEBVTT\n\n1\n00:00:00\.100 --> /);
    expect(srt).toMatch(/^1\n00:00:00,100 --> /);
    for (const word of TEXTS.join(' ').split(' ')) expect(vtt).toContain(word);
  });

  it('refuses a playlist disguised as speech and opens no other file', async () => {
    const secret = await context.put('text/plain', 'top secret words');
    const playlist = await context.put('audio/wav', `#EXTM3U\n#EXTINF:1,\n${await context.open(secret)}\n`);
    const [first] = request.scenes;
    const before = (await stat(await context.open(secret))).atimeMs;
    await expect(assembly.stitch({ ...request, scenes: [{ ...first!, speech: playlist }] }, context)).rejects.toMatchObject({ code: 'speech_unreadable' });
    expect((await stat(await context.open(secret))).atimeMs).toBe(before);
  });

  it('refuses a playlist disguised as a preview', async () => {
    const preview = await context.put('image/jpeg', '#EXTM3U\n#EXTINF:1,\n/etc/passwd\n');
    const [first] = request.scenes;
    await expect(assembly.stitch({ ...request, scenes: [{ ...first!, preview }] }, context)).rejects.toMatchObject({ code: 'photo_type_unsupported' });
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

describe('join', () => {
  let join: JoinRequest;
  let timings: SpeechTiming[];

  beforeAll(async () => {
    timings = TEXTS.map((text, at) => makeTiming(text, DURATIONS[at]!));
    const scenes = await Promise.all(DURATIONS.map(async (duration, at) => ({ scene: at + 1, frames: duration / 40, video: await makeSceneVideo(context, { frames: duration / 40, size: SIZE }) })));
    const tracks = await Promise.all(timings.map(async (timing, at) => ({ scene: at + 1, track: await context.storeJson('face_track', makeTrack(timing, at === 1 ? 60 : -1)) })));
    const { audio_master, captions_srt, timeline, duration_ms } = film;
    join = { scenes, audio_master, captions_srt, size: SIZE, fps: 25, duration_ms, title: 'A "film" & more', tracks, timeline, loudness_lufs: -16 };
  });

  it('copies every frame and ends with the sound within one audio frame', async () => {
    const { video, checks } = await assembly.join(join, context);
    const facts = await probeMedia(await context.open(video));
    expect(facts).toMatchObject({ container: 'video/mp4', video: { frames: TOTAL / 40, fps: 25, width: 640, height: 360 }, audio: { codec: 'mp4a.40.2', sample_rate: 48_000, channels: 1 } });
    expect(Math.abs(facts.video!.duration_ms - facts.audio!.duration_ms)).toBeLessThan(21.4);
    expect(facts.video!.duration_ms).toBe(TOTAL);
    expect(checks.filter((check) => !check.passed)).toEqual([]);
    expect(checks.map((check) => check.name)).toEqual([
      'frame_count', 'audio_video_difference_ms', 'black_frames', 'frozen_ms', 'loudness_lufs', 'true_peak_db', 'silence_share', 'captions_misplaced', 'caption_offset_ms', 'lip_movement', 'lip_movement', 'lip_movement',
    ]);
  });

  it('marks the film as synthetic, with the headers in front', async () => {
    const { video } = await assembly.join(join, context);
    const bytes = (await readFile(await context.open(video))).toString('latin1');
    expect(bytes).toContain('synthetic media: AI-generated talking avatar');
    expect(bytes).toContain('digitalsourcetype/compositeSynthetic');
    expect(bytes.indexOf('moov')).toBeLessThan(bytes.indexOf('mdat'));
  });

  it('gives the same bytes twice', async () => {
    expect(await assembly.join(join, context)).toEqual(await assembly.join(join, context));
  });

  it('takes the poster from the frame with open eyes and a calm mouth', async () => {
    const { poster } = await assembly.join(join, context);
    const expected = await makeSceneVideo(context, { frames: 1, size: SIZE, source: `testsrc2=size=640x360:rate=25,trim=start_frame=60,setpts=PTS-STARTPTS` });
    const still = await assembly.join({ ...join, scenes: [{ scene: 1, frames: 1, video: expected }], tracks: [], duration_ms: 40, timeline: { ...film.timeline, scenes: [] } }, context);
    const [a, b] = await Promise.all([poster, still.poster].map(async (asset) => sharp(await context.open(asset)).greyscale().raw().toBuffer()));
    const difference = a!.reduce((sum, value, at) => sum + Math.abs(value - b![at]!), 0) / a!.length;
    expect(difference).toBeLessThan(3);
    expect(await sharp(await context.open(poster)).metadata()).toMatchObject({ format: 'jpeg', width: 640, height: 360 });
  });

  it('finds black pictures and a mouth that does not follow the words', async () => {
    const black = await makeSceneVideo(context, { frames: 45, size: SIZE, source: 'color=black:size=640x360:rate=25' });
    const mute = makeTrack(timings[2]!, -1);
    mute.channels.jaw = mute.channels.jaw.map(() => 0.2);
    const track = await context.storeJson('face_track', mute);
    const { checks } = await assembly.join({ ...join, scenes: [...join.scenes.slice(0, 2), { scene: 3, frames: 45, video: black }], tracks: [{ scene: 3, track }] }, context);
    expect(checks.filter((check) => !check.passed).map((check) => [check.name, check.scene])).toEqual([['black_frames', null], ['lip_movement', 3]]);
  });

  it('refuses a scene of another size or with missing frames', async () => {
    const small = await makeSceneVideo(context, { frames: 45, size: { width: 320, height: 180 } });
    const wrong = (video: typeof small, frames: number) => ({ ...join, scenes: [...join.scenes.slice(0, 2), { scene: 3, frames, video }] });
    await expect(assembly.join(wrong(small, 45), context)).rejects.toMatchObject({ code: 'scene_mismatch', scene: 3 });
    await expect(assembly.join(wrong(join.scenes[2]!.video, 44), context)).rejects.toMatchObject({ code: 'scene_mismatch' });
  });

  it('refuses a playlist disguised as a scene', async () => {
    const video = await context.put('video/mp4', '#EXTM3U\n#EXTINF:1,\n/etc/passwd\n');
    await expect(assembly.join({ ...join, scenes: [{ scene: 1, frames: 1, video }] }, context)).rejects.toMatchObject({ code: 'media_unreadable' });
  });
});
