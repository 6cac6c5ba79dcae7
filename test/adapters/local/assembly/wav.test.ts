import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { concatWavs, findWavData, SpeechUnreadable } from '../../../../adapters/local/assembly/wav';

let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'understudy-wav-'));
});

afterAll(() => rm(dir, { recursive: true, force: true }));

const { signal } = new AbortController();

/** A WAV of silence with one sample of 1 at its start, written by the code under test itself. */
async function makeWav(name: string, duration_ms: number): Promise<string> {
  const file = path.join(dir, name);
  await concatWavs([{ data: { path: '', offset: 0, bytes: 0 }, duration_ms }], file, signal);
  const bytes = await readFile(file);
  bytes.writeInt16LE(1, 44);
  await writeFile(file, bytes);
  return file;
}

describe('voice tracks', () => {
  it('join sample by sample: too short is filled with silence, too long is cut', async () => {
    const [a, b] = [await makeWav('a.wav', 30), await makeWav('b.wav', 90)];
    const parts = [
      { data: await findWavData(a), duration_ms: 40 },
      { data: await findWavData(b), duration_ms: 80 },
    ];
    const target = path.join(dir, 'joined.wav');
    await concatWavs(parts, target, signal);
    const bytes = await readFile(target);
    expect(await findWavData(target)).toMatchObject({ offset: 44, bytes: 120 * 96 });
    expect([bytes.readInt16LE(44), bytes.readInt16LE(44 + 40 * 96), bytes.length]).toEqual([
      1,
      1,
      44 + 120 * 96,
    ]);
  });

  it('are found behind other chunks', async () => {
    const bytes = await readFile(await makeWav('plain.wav', 40));
    const note = Buffer.from('LIST\x05\x00\x00\x00abcde\x00', 'latin1');
    const file = path.join(dir, 'noted.wav');
    await writeFile(file, Buffer.concat([bytes.subarray(0, 36), note, bytes.subarray(36)]));
    expect(await findWavData(file)).toMatchObject({ offset: 44 + note.length, bytes: 40 * 96 });
  });

  it('are refused with one kind of error, or read within the file, whatever bytes are changed', async () => {
    const bytes = await readFile(await makeWav('whole.wav', 40));
    const change = fc.record({
      at: fc.nat(60),
      value: fc.nat(255),
      length: fc.integer({ min: 0, max: bytes.length }),
    });
    await fc.assert(
      fc.asyncProperty(change, async ({ at, value, length }) => {
        const broken = Buffer.from(bytes.subarray(0, length));
        if (at < broken.length) broken[at] = value;
        const file = path.join(dir, 'broken.wav');
        await writeFile(file, broken);
        try {
          const data = await findWavData(file);
          expect(data.offset + data.bytes).toBeLessThanOrEqual(length);
        } catch (error) {
          expect(error).toBeInstanceOf(SpeechUnreadable);
        }
      }),
      { numRuns: 200 },
    );
  });
});
