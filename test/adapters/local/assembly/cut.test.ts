import { readFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import type { CutRequest } from '../../../../adapters/capabilities/assembly';
import { createLocalAssembly } from '../../../../adapters/local/assembly/local-assembly';
import { createComputePool } from '../../../../adapters/local/compute/pool';
import { runFfmpeg } from '../../../../adapters/local/ffmpeg';
import { probeMedia } from '../../../../adapters/local/probe-media';
import type { AssetRef } from '../../../../contracts/media';
import type { SourceOutput } from '../../../../contracts/stages';
import { makeFilm } from './cut-film';
import { createTestContext, ffmpegPath, type TestContext } from './test-context';
import { SIZE, TEXTS, TOTAL_MS } from './test-film';

const pool = createComputePool({ size: 1 });
const assembly = createLocalAssembly(pool, ffmpegPath());
let context: TestContext;
let film: SourceOutput;

beforeAll(async () => {
  context = await createTestContext();
  film = await makeFilm(assembly, context);
});

afterAll(async () => {
  await pool.close();
  await context.remove();
});

const UPRIGHT = { width: 480, height: 854 };

function cut(change: Partial<CutRequest> = {}) {
  const request: CutRequest = { film, name: 'story', title: 'Story', size: UPRIGHT, captions: 'none', max_duration_ms: null, ...change };
  return assembly.cut(request, context);
}

async function frameOf(video: AssetRef, time_ms: number): Promise<{ data: Buffer; width: number; height: number }> {
  const file = path.join(context.dir, `frame-${time_ms}.png`);
  const child = { signal: context.signal, timeout_ms: 60_000, dir: context.dir };
  await runFfmpeg(ffmpegPath(), ['-ss', String(time_ms / 1000), '-i', await context.open(video), '-frames:v', '1', '-update', '1', '-y', file], child);
  const { data, info } = await sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** Middle and size of what is yellow, in shares of the frame. */
function findMark({ data, width, height }: { data: Buffer; width: number; height: number }) {
  let [count, x, y] = [0, 0, 0];
  for (let at = 0; at < width * height; at += 1) {
    if (data[at * 3]! < 180 || data[at * 3 + 1]! < 180 || data[at * 3 + 2]! > 90) continue;
    count += 1;
    x += at % width;
    y += Math.floor(at / width);
  }
  return { x: x / count / width, y: y / count / height, share: count / (width * height) };
}

/** Pixels that are nearly white, as letters are. */
function countWhite({ data, width, height }: { data: Buffer; width: number; height: number }, rows: [number, number]): number {
  let count = 0;
  for (let at = Math.floor(rows[0] * height) * width; at < Math.floor(rows[1] * height) * width; at += 1) {
    if (Math.min(data[at * 3]!, data[at * 3 + 1]!, data[at * 3 + 2]!) > 200) count += 1;
  }
  return count;
}

describe('a cut', () => {
  it('keeps the subject in the middle of an upright frame, wherever it stands in a scene', async () => {
    const { video, checks } = await cut();
    const facts = await probeMedia(await context.open(video));
    expect(facts).toMatchObject({ video: { width: 480, height: 854, frames: TOTAL_MS / 40, fps: 25 }, audio: { sample_rate: 48_000 } });
    expect(checks.filter((check) => !check.passed && check.name !== 'frozen_ms')).toEqual([]);
    const marks = await Promise.all([1_000, 4_000, 7_500].map(async (time) => findMark(await frameOf(video, time))));
    for (const mark of marks) {
      expect(mark.x).toBeGreaterThan(0.45);
      expect(mark.x).toBeLessThan(0.55);
      expect(mark.y).toBeCloseTo(130 / 360, 1);
    }
  });

  it('moves the window exactly with the scene', async () => {
    const { video } = await cut();
    const [before, after] = await Promise.all([1_960, 2_000].map(async (time) => findMark(await frameOf(video, time))));
    expect(before!.x).toBeCloseTo(0.5, 1);
    expect(after!.x).toBeCloseTo(0.5, 1);
  });

  it('is marked as synthetic and the same bytes twice', async () => {
    const first = await cut({ captions: 'burned', max_duration_ms: 5_000 });
    const second = await cut({ captions: 'burned', max_duration_ms: 5_000 });
    expect(second.video.sha256).toBe(first.video.sha256);
    expect(second.poster.sha256).toBe(first.poster.sha256);
    const bytes = await readFile(await context.open(first.video), 'latin1');
    expect(bytes).toContain('compositeSynthetic');
    expect(bytes).toContain('synthetic media: AI-generated talking avatar');
  });

  it('ends a teaser with the last sentence that fits', async () => {
    const { duration_ms, video, checks } = await cut({ max_duration_ms: 6_000 });
    // Scene 1 ends at 2000, the second sentence with its last word shortly before 6240: only the first one fits.
    expect(duration_ms).toBeLessThanOrEqual(2_000);
    expect(duration_ms).toBeGreaterThan(1_500);
    const facts = await probeMedia(await context.open(video));
    expect(facts.video!.frames).toBe(duration_ms / 40);
    expect(Math.abs(facts.video!.duration_ms - facts.audio!.duration_ms)).toBeLessThan(21.4);
    expect(checks.find((check) => check.name === 'frame_count')).toMatchObject({ passed: true, stage: 'cuts' });
  });

  it('ends between two words where not one sentence fits', async () => {
    const { duration_ms } = await cut({ max_duration_ms: 1_000 });
    expect(duration_ms).toBeLessThanOrEqual(1_000);
    expect(duration_ms).toBeGreaterThan(600);
    expect(duration_ms % 40).toBe(0);
  });

  it('burns captions into the safe area of its own shape', async () => {
    const { video, captions } = await cut({ captions: 'burned' });
    const frame = await frameOf(video, 1_000);
    expect(countWhite(frame, [0.6, 0.8])).toBeGreaterThan(300);
    expect(countWhite(frame, [0.81, 1])).toBe(0);
    expect(captions.map(({ format }) => format)).toEqual(['vtt', 'srt']);
    const srt = await readFile(await context.open(captions[1]!.asset), 'utf8');
    expect(srt.replace(/\s+/g, ' ')).toContain(TEXTS[0]);
  });

  it('copies the picture of a film whose shape, length and letters stay', async () => {
    const { video, captions, poster } = await cut({ size: SIZE, captions: 'sidecar' });
    const [copy, original] = [await probeMedia(await context.open(video)), await probeMedia(await context.open(film.video))];
    expect({ ...copy, bytes: 0 }).toEqual({ ...original, bytes: 0 });
    expect(await pictureDigest(video)).toBe(await pictureDigest(film.video));
    expect(captions[1]!.asset.sha256).toBe(film.captions_srt.sha256);
    expect(await sharp(await context.open(poster)).metadata()).toMatchObject({ format: 'jpeg', width: 640, height: 360 });
  });

  it('shows a film with letters in it as a whole over a soft backdrop', async () => {
    const { video } = await cut({ film: { ...film, letters: { captions: true, watermark: false } }, captions: 'burned' });
    const mark = findMark(await frameOf(video, 4_000));
    // The film is as wide as the frame: the mark stands at its old place across, and is as small as the scale says.
    expect(mark.x).toBeCloseTo(470 / 640, 1);
    expect(countWhite(await frameOf(video, 4_000), [0, 1])).toBe(0);
  });

  it('shows a cutaway as a whole and the subject close before and after it', async () => {
    const scenes = film.scenes.map((scene) => (scene.scene === 2 ? { ...scene, cutaways: [{ start_ms: 3_000, end_ms: 4_000 }] } : scene));
    const { video } = await cut({ film: { ...film, scenes } });
    const at = async (time: number) => findMark(await frameOf(video, time));
    expect((await at(2_960)).x).toBeCloseTo(0.5, 1);
    expect((await at(3_000)).x).toBeCloseTo(470 / 640, 1);
    expect((await at(3_960)).x).toBeCloseTo(470 / 640, 1);
    expect((await at(4_000)).x).toBeCloseTo(0.5, 1);
  });
});

async function pictureDigest(video: AssetRef): Promise<string> {
  const file = path.join(context.dir, 'picture.md5');
  const child = { signal: context.signal, timeout_ms: 60_000, dir: context.dir };
  await runFfmpeg(ffmpegPath(), ['-i', await context.open(video), '-map', '0:v', '-c', 'copy', '-f', 'md5', '-y', file], child);
  return readFile(file, 'utf8');
}
