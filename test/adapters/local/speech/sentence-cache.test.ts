import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createComputePool } from '../../../../adapters/local/compute/pool';
import { createSentenceCache } from '../../../../adapters/local/speech/sentence-cache';
import type { SentenceCache } from '../../../../adapters/local/speech/sentence-cache';
import { createSpeakPiece } from '../../../../adapters/local/speech/speak-piece';
import { normalise } from '../../../../adapters/local/speech/text/normalise';
import { chooseVoice, knownVoices, USUAL_MACHINE } from '../../../../adapters/local/speech/voices';

const DAY_MS = 86_400_000;
const SPEECH = { timing: { phones: [], spans: [{ start_ms: 1, end_ms: 2 }] }, confidence: 0.5 };
let dir: string;
let clock: number;

beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'understudy-sentence-cache-'));
  clock = Date.now();
});

afterEach(() => rm(dir, { recursive: true }));

function cacheOf(mostBytes = 1_000_000): SentenceCache {
  return createSentenceCache({
    dir: path.join(dir, 'kept'),
    most_bytes: mostBytes,
    longest_ms: DAY_MS,
    now: () => clock,
  });
}

async function sound(bytes: number, fill = 1): Promise<string> {
  const file = path.join(dir, `sound-${fill}.wav`);
  await writeFile(file, Buffer.alloc(bytes, fill));
  return file;
}

describe('the sentence cache', () => {
  it('gives back the sound and the times that were kept, to any process that looks into the folder', async () => {
    await cacheOf().put('a', await sound(5_000), SPEECH);
    const out = path.join(dir, 'out.wav');
    expect(await cacheOf().take('a', out)).toEqual(SPEECH);
    expect(await readFile(out)).toEqual(Buffer.alloc(5_000, 1));
  });

  it('knows nothing that was not kept, and nothing of a damaged entry', async () => {
    const cache = cacheOf();
    await cache.put('a', await sound(5_000), SPEECH);
    await writeFile(path.join(dir, 'kept', 'a'), 'rubbish');
    expect(await cache.take('a', path.join(dir, 'out.wav'))).toBeNull();
    expect(await cache.take('b', path.join(dir, 'out.wav'))).toBeNull();
  });

  it('drops what was used longest ago when it is full', async () => {
    for (const [at, key] of ['old', 'used', 'new'].entries()) {
      clock = Date.now() + at * 1000;
      await cacheOf().put(key, await sound(4_000), SPEECH);
    }
    clock += 10_000;
    await cacheOf().take('old', path.join(dir, 'out.wav'));
    clock += 1_000;
    await cacheOf(9_000).put('newest', await sound(4_000), SPEECH);
    const left = await readdir(path.join(dir, 'kept'));
    expect(left).toHaveLength(2);
    expect(left).toContain('old');
  });

  it('drops what nobody asked for in time', async () => {
    await cacheOf().put('a', await sound(4_000), SPEECH);
    clock += DAY_MS + 60_000;
    await cacheOf().put('b', await sound(4_000), SPEECH);
    expect(await readdir(path.join(dir, 'kept'))).not.toContain('a');
  });

  it('stays out of the way when its folder cannot be written', async () => {
    await writeFile(path.join(dir, 'kept'), 'a file in the place of the folder');
    await cacheOf().put('a', await sound(4_000), SPEECH);
    expect(await cacheOf().take('a', path.join(dir, 'out.wav'))).toBeNull();
  });
});

describe('a script whose second sentence changed', () => {
  const pool = createComputePool({ size: 1 });
  afterAll(() => pool.close());

  it('has only that sentence spoken again', async () => {
    const cache = cacheOf();
    const spoken: string[] = [];
    const counting: SentenceCache = {
      take: cache.take,
      put: async (key, wav, speech) => {
        spoken.push(path.basename(wav));
        await cache.put(key, wav, speech);
      },
    };
    const speakPiece = createSpeakPiece(pool, counting);
    const voice = chooseVoice('local:rms', knownVoices(USUAL_MACHINE), 'auto')!;
    const read = async (sentences: string[]) => {
      for (const [at, sentence] of sentences.entries()) {
        const { tokens } = normalise(sentence);
        const wav = path.join(dir, `${at}.wav`);
        await speakPiece({ voice, tokens, rate: 1, wav, signal: new AbortController().signal });
      }
      return spoken.splice(0);
    };
    expect(await read(['One.', 'Two.', 'Three.'])).toEqual(['0.wav', '1.wav', '2.wav']);
    expect(await read(['One.', 'Too many.', 'Three.'])).toEqual(['1.wav']);
  });
});
