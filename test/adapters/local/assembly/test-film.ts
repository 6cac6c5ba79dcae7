import path from 'node:path';
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import type { StitchRequest, StitchScene } from '../../../../adapters/capabilities/assembly';
import { FACE_CHANNELS } from '../../../../adapters/capabilities/lip-sync';
import type { FaceTrack } from '../../../../adapters/capabilities/lip-sync';
import { runFfmpeg } from '../../../../adapters/local/ffmpeg';
import type { AssetRef, FrameSize, SpeechTiming, Timeline, Word } from '../../../../contracts/media';
import { projectRoot } from '../../../../contracts/project-root';
import { ffmpegPath } from './test-context';
import type { TestContext } from './test-context';

const VOICE = path.join(projectRoot(), 'assets/voices/sense_and_sensibility_01_austen_64kb-0870.wav');

export const TEXTS = [
  'The first scene is said calmly.',
  'Then comes a second one, and it says a little more than the first.',
  'Here it ends.',
];

export const DURATIONS = [2_000, 4_240, 1_800];
export const TOTAL_MS = 8_040;
export const SIZE = { width: 640, height: 360 };

/** A film of three short scenes, ready to be stitched. */
export async function makeStitchRequest(context: TestContext): Promise<StitchRequest> {
  const scenes = await Promise.all(
    TEXTS.map((text, at) =>
      makeScene(context, { number: at + 1, text, duration_ms: DURATIONS[at]!, gain_db: [-9, -10, -8][at]! }),
    ),
  );
  return { scenes, size: SIZE, fps: 25, loudness_lufs: -16, job_id: 'job_1' };
}

/** Real speech of exactly the given length, at a loudness of its own. */
export async function makeSpeech(
  context: TestContext,
  options: { duration_ms: number; gain_db: number },
): Promise<AssetRef> {
  const file = path.join(context.dir, `speech-${options.duration_ms}-${options.gain_db}.wav`);
  const samples = options.duration_ms * 48;
  const filter = `aformat=sample_rates=48000:sample_fmts=s16:channel_layouts=mono,volume=${options.gain_db}dB,aloop=loop=-1:size=200000,atrim=end_sample=${samples}`;
  await runFfmpeg(ffmpegPath(), ['-i', VOICE, '-af', filter, '-c:a', 'pcm_s16le', '-y', file], {
    signal: context.signal,
    timeout_ms: 60_000,
    dir: context.dir,
  });
  return context.put('audio/wav', await readFile(file));
}

/** Words spread evenly over a scene, one sentence. */
export function makeTiming(text: string, duration_ms: number): SpeechTiming {
  const texts = text.split(' ');
  const step = Math.floor((duration_ms - 200) / texts.length);
  const words = texts.map((word, at) => ({
    text: word,
    start_ms: 100 + at * step,
    end_ms: 100 + at * step + step - 40,
  }));
  return {
    duration_ms,
    words,
    phones: [],
    visemes: [],
    sentences: [{ text, start_ms: 100, end_ms: duration_ms - 100 }],
    source: 'engine',
    confidence: 1,
  };
}

export async function makeScene(
  context: TestContext,
  scene: { number: number; text: string; duration_ms: number; gain_db: number },
): Promise<StitchScene> {
  const { number, text, duration_ms, gain_db } = scene;
  const picture = await sharp({
    create: { width: 320, height: 180, channels: 3, background: { r: 40 * number, g: 120, b: 160 } },
  })
    .png()
    .toBuffer();
  const still = await context.put('image/png', picture);
  return {
    storyboard: {
      scene: number,
      transcript: text,
      pose: { name: 'neutral', intensity: 0.5 },
      visual: {
        framing: number % 2 ? 'medium' : 'close',
        background: { prompt: 'office', asset: null },
        b_roll: null,
        place: 'office',
        time_of_day: 'day',
        mood: 'calm',
      },
      estimated_ms: duration_ms,
    },
    duration_ms,
    speech: await makeSpeech(context, { duration_ms, gain_db }),
    timing: await context.storeJson('speech_timing', makeTiming(text, duration_ms)),
    background: still,
    preview: still,
    cutaways: [],
  };
}

/** A moving picture as `enhance` leaves it: video only, closed groups of pictures. */
export async function makeSceneVideo(
  context: TestContext,
  options: { frames: number; size: FrameSize; source?: string },
): Promise<AssetRef> {
  const { frames, size, source = 'testsrc2' } = options;
  const file = path.join(context.dir, `scene-${frames}-${size.width}-${source.length}.mp4`);
  const input = source === 'testsrc2' ? `testsrc2=size=${size.width}x${size.height}:rate=25` : source;
  const encode = [
    '-frames:v',
    String(frames),
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-pix_fmt',
    'yuv420p',
    '-g',
    '50',
    '-flags',
    '+cgop',
    '-an',
    '-y',
    file,
  ];
  await runFfmpeg(ffmpegPath(), ['-f', 'lavfi', '-i', input, ...encode], {
    signal: context.signal,
    timeout_ms: 60_000,
    dir: context.dir,
  });
  return context.put('video/mp4', await readFile(file));
}

/** A face that blinks all the time but for one frame, and moves its mouth while words are said. */
export function makeTrack(timing: Pick<SpeechTiming, 'duration_ms' | 'words'>, calmFrame: number): FaceTrack {
  const frames = timing.duration_ms / 40;
  const spoken = (frame: number) =>
    timing.words.some((word) => word.start_ms <= frame * 40 + 20 && frame * 40 + 20 < word.end_ms);
  const fill = (value: (frame: number) => number) =>
    Array.from({ length: frames }, (_, frame) => value(frame));
  const channels = Object.fromEntries(
    FACE_CHANNELS.map((name) => [name, fill(() => 0)]),
  ) as FaceTrack['channels'];
  channels.jaw = fill((frame) => (frame !== calmFrame && spoken(frame) ? 0.5 : 0.02));
  channels.blink = fill((frame) => (frame === calmFrame ? 0 : 1));
  return { fps: 25, frames, channels, closures: [] };
}

/** A timeline of scenes that meet, in film time. */
export function timelineOf(scenes: { end_ms: number; words: Word[] }[]): Timeline {
  let at = 0;
  const placed = scenes.map(({ end_ms, words: spoken }, index) => {
    const scene = {
      scene: index + 1,
      start_ms: at,
      end_ms,
      transcript: '',
      words: spoken,
      pose: { name: 'neutral' as const, intensity: 0 },
      visual: { framing: 'medium' as const, background: { prompt: null, asset_id: '' }, b_roll: null },
      assets: { speech: '', scene_video: null },
    };
    at = end_ms;
    return scene;
  });
  return { duration_ms: at, fps: 25, scenes: placed };
}
