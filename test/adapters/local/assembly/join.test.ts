import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import type { JoinRequest } from '../../../../adapters/capabilities/assembly';
import { cuesOfScene, parseSubRip } from '../../../../adapters/local/assembly/caption-files';
import { createLocalAssembly } from '../../../../adapters/local/assembly/local-assembly';
import { createComputePool } from '../../../../adapters/local/compute/pool';
import { probeMedia } from '../../../../adapters/local/probe-media';
import type { QualityCheck, SpeechTiming } from '../../../../contracts/media';
import { createTestContext, ffmpegPath } from './test-context';
import type { TestContext } from './test-context';
import {
  DURATIONS,
  makeSceneVideo,
  makeStitchRequest,
  makeTiming,
  makeTrack,
  SIZE,
  TEXTS,
  TOTAL_MS,
} from './test-film';

const pool = createComputePool({ size: 1 });
const assembly = createLocalAssembly(pool, ffmpegPath());
let context: TestContext;

afterAll(async () => {
  await pool.close();
  await context.remove();
});

describe('join', () => {
  let join: JoinRequest;
  let timings: SpeechTiming[];

  beforeAll(async () => {
    context = await createTestContext();
    const film = await assembly.stitch(await makeStitchRequest(context), context);
    timings = TEXTS.map((text, at) => makeTiming(text, DURATIONS[at]!));
    const scenes = await Promise.all(
      DURATIONS.map(async (duration, at) => ({
        scene: at + 1,
        frames: duration / 40,
        video: await makeSceneVideo(context, { frames: duration / 40, size: SIZE }),
      })),
    );
    const tracks = await Promise.all(
      timings.map(async (timing, at) => ({
        scene: at + 1,
        track: await context.storeJson('face_track', makeTrack(timing, at === 1 ? 60 : -1)),
      })),
    );
    const { audio_master, captions_srt, timeline, duration_ms } = film;
    join = {
      scenes,
      audio_master,
      captions_srt,
      size: SIZE,
      fps: 25,
      duration_ms,
      title: 'A "film" & more',
      tracks,
      timeline,
      loudness_lufs: -16,
    };
  });

  it('copies every frame and ends with the sound within one audio frame', async () => {
    const { video, checks } = await assembly.join(join, context);
    const facts = await probeMedia(await context.open(video));
    expect(facts).toMatchObject({
      container: 'video/mp4',
      video: { frames: TOTAL_MS / 40, fps: 25, width: 640, height: 360 },
      audio: { codec: 'mp4a.40.2', sample_rate: 48_000, channels: 1 },
    });
    expect(Math.abs(facts.video!.duration_ms - facts.audio!.duration_ms)).toBeLessThan(21.4);
    expect(facts.video!.duration_ms).toBe(TOTAL_MS);
    // A test pattern shows nobody, and the checks say so.
    expect(failuresOf(checks)).toEqual([1, 2, 3].map((scene) => ['face_visible', scene]));
    expect(checks.map((check) => check.name)).toEqual([
      'frame_count',
      'audio_video_difference_ms',
      'black_frames',
      'frozen_ms',
      'loudness_lufs',
      'true_peak_db',
      'silence_share',
      'captions_misplaced',
      'caption_offset_ms',
      'lip_movement',
      'lip_movement',
      'lip_movement',
      ...['face_visible', 'darkest_frame', 'face_visible', 'darkest_frame', 'face_visible', 'darkest_frame'],
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
    const expected = await makeSceneVideo(context, {
      frames: 1,
      size: SIZE,
      source: `testsrc2=size=640x360:rate=25,trim=start_frame=60,setpts=PTS-STARTPTS`,
    });
    const still = await assembly.join(
      {
        ...join,
        scenes: [{ scene: 1, frames: 1, video: expected }],
        tracks: [],
        duration_ms: 40,
        timeline: { ...join.timeline, scenes: [] },
      },
      context,
    );
    const [a, b] = await Promise.all(
      [poster, still.poster].map(async (asset) =>
        sharp(await context.open(asset))
          .greyscale()
          .raw()
          .toBuffer(),
      ),
    );
    const difference = a!.reduce((sum, value, at) => sum + Math.abs(value - b![at]!), 0) / a!.length;
    expect(difference).toBeLessThan(3);
    expect(await sharp(await context.open(poster)).metadata()).toMatchObject({
      format: 'jpeg',
      width: 640,
      height: 360,
    });
  });

  it('takes a poster without letters from a film with burned captions', async () => {
    const cues = parseSubRip(await readFile(await context.open(join.captions_srt!), 'utf8'));
    const scenes = await Promise.all(
      join.timeline.scenes.map(async ({ scene, start_ms, end_ms }) => {
        const shown = cuesOfScene(cues, { start_ms, end_ms }).map((cue) => `between(t,${(cue.start_ms - 20) / 1000},${(cue.end_ms - 21) / 1000})`);
        const source = `color=c=navy:size=640x360:rate=25,drawbox=y=300:h=40:color=white:t=fill:enable='${shown.join('+')}'`;
        const frames = (end_ms - start_ms) / 40;
        return { scene, frames, video: await makeSceneVideo(context, { frames, size: SIZE, source }) };
      }),
    );
    const lettersOf = async (burned: boolean): Promise<number> => {
      const { poster } = await assembly.join({ ...join, scenes, burned }, context);
      const { channels } = await sharp(await context.open(poster)).stats();
      return channels[0]!.max;
    };
    expect(await lettersOf(false)).toBeGreaterThan(200);
    expect(await lettersOf(true)).toBeLessThan(40);
  });

  it('finds black pictures and a mouth that does not follow the words', async () => {
    const black = await makeSceneVideo(context, {
      frames: 45,
      size: SIZE,
      source: 'color=black:size=640x360:rate=25',
    });
    const mute = makeTrack(timings[2]!, -1);
    mute.channels.jaw = mute.channels.jaw.map(() => 0.2);
    const track = await context.storeJson('face_track', mute);
    const { checks } = await assembly.join(
      {
        ...join,
        scenes: [...join.scenes.slice(0, 2), { scene: 3, frames: 45, video: black }],
        tracks: [{ scene: 3, track }],
      },
      context,
    );
    expect(failuresOf(checks).filter(([name]) => name !== 'face_visible')).toEqual([
      ['black_frames', null],
      ['lip_movement', 3],
      ['darkest_frame', 3],
    ]);
  });

  it('refuses a scene of another size or with missing frames', async () => {
    const small = await makeSceneVideo(context, { frames: 45, size: { width: 320, height: 180 } });
    const wrong = (video: typeof small, frames: number) => ({
      ...join,
      scenes: [...join.scenes.slice(0, 2), { scene: 3, frames, video }],
    });
    await expect(assembly.join(wrong(small, 45), context)).rejects.toMatchObject({
      code: 'scene_mismatch',
      scene: 3,
    });
    await expect(assembly.join(wrong(join.scenes[2]!.video, 44), context)).rejects.toMatchObject({
      code: 'scene_mismatch',
    });
  });

  it('refuses a playlist disguised as a scene', async () => {
    const video = await context.put('video/mp4', '#EXTM3U\n#EXTINF:1,\n/etc/passwd\n');
    await expect(
      assembly.join({ ...join, scenes: [{ scene: 1, frames: 1, video }] }, context),
    ).rejects.toMatchObject({ code: 'media_unreadable' });
  });
});

function failuresOf(checks: readonly QualityCheck[]): [name: string, scene: number | null][] {
  return checks.filter((check) => !check.passed).map((check) => [check.name, check.scene]);
}
