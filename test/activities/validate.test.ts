import { inspectMedia } from '../../activities/creation/validate';
import { createComputePool } from '../../adapters/local/compute/pool';
import { createLocalFamily } from '../../adapters/local/family';
import { encodeWav } from '../../adapters/local/speech/dsp/wav';
import type { AssetRef } from '../../contracts/media';
import { createTestContext, ffmpegPath, type TestContext } from '../adapters/local/assembly/test-context';
import { portrait } from '../adapters/local/image/portrait';

const RATE = 16_000;
const pool = createComputePool({ size: 1 });
const { inspector } = createLocalFamily({ pool, ffmpegPath: ffmpegPath() });
let context: TestContext;
let photo: AssetRef;

beforeAll(async () => {
  context = await createTestContext();
  photo = await context.put('image/png', await portrait().png().toBuffer());
});
afterAll(async () => {
  await pool.close();
  await context.remove();
});

/** What the stage makes of a good photo and a sample. */
async function look(sample: Uint8Array | string) {
  return inspectMedia(inspector, { photos: [photo], voice_sample: await context.put('audio/wav', sample) }, context);
}

const tone = (seconds: number) =>
  encodeWav({ rate: RATE, samples: new Float32Array(seconds * RATE).map((_, at) => 0.2 * Math.sin(at / 20)) });

describe('validate', () => {
  it.each([
    ['is silent', () => encodeWav({ rate: RATE, samples: new Float32Array(8 * RATE) }), 'voice_sample_silent'],
    ['is too short', () => tone(2), 'voice_sample_short'],
    ['is no sound', () => 'Not a sound. '.repeat(200), 'voice_sample_undecodable'],
  ])('refuses a creation whose voice sample %s, before its photo is worked on', async (_, sample, code) => {
    await expect(look(sample())).rejects.toMatchObject({ name: 'VoiceSampleRejected', code });
  });
});
