import { createComputePool } from '../../../../adapters/local/compute/pool';
import { createLocalAssembly } from '../../../../adapters/local/assembly/local-assembly';
import { probeMedia } from '../../../../adapters/local/probe-media';
import type { Timeline } from '../../../../contracts/media';
import { makeSceneVideo, makeSpeech, timelineOf } from './test-film';
import { createTestContext, ffmpegPath } from './test-context';
import type { TestContext } from './test-context';

const SIZE = { width: 160, height: 90 };
/** Ten scenes of about half a minute, none of which is a whole number of audio frames: 300,040 ms. */
const SCENE_FRAMES = [749, 751, 748, 752, 750, 747, 753, 750, 749, 752];
const FILM_MS = SCENE_FRAMES.reduce((sum, frames) => sum + frames * 40, 0);
const AUDIO_FRAME_MS = (1024 / 48_000) * 1000;

const pool = createComputePool({ size: 1 });
let context: TestContext;

beforeAll(async () => {
  context = await createTestContext();
});

afterAll(async () => {
  await pool.close();
  await context.remove();
});

/** Nothing is said in it as far as the checks know. */
function timeline(): Timeline {
  let at = 0;
  return timelineOf(SCENE_FRAMES.map((frames) => ({ end_ms: (at += frames * 40), words: [] })));
}

describe('a film of five minutes in ten scenes', () => {
  it('has sound and picture that differ by less than one audio frame, and every frame', async () => {
    // One after the other: scenes of the same length go through the same file.
    const scenes = [];
    for (const [place, frames] of SCENE_FRAMES.entries()) scenes.push({ scene: place + 1, frames, video: await makeSceneVideo(context, { frames, size: SIZE }) });
    const audio_master = await makeSpeech(context, { duration_ms: FILM_MS, gain_db: -8 });
    const { video } = await createLocalAssembly(pool, ffmpegPath()).join(
      {
        scenes,
        audio_master,
        captions_srt: null,
        size: SIZE,
        fps: 25,
        duration_ms: FILM_MS,
        loudness_lufs: -16,
        title: 'Five minutes',
        tracks: [],
        timeline: timeline(),
      },
      context,
    );
    const facts = await probeMedia(await context.open(video));
    expect(facts.video!.frames).toBe(FILM_MS / 40);
    expect(facts.video!.duration_ms).toBe(FILM_MS);
    expect(Math.abs(facts.audio!.duration_ms - facts.video!.duration_ms)).toBeLessThan(AUDIO_FRAME_MS);
  }, 120_000);
});
