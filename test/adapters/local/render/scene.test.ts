import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import type { EnhanceRequest } from '../../../../adapters/capabilities/enhance';
import type { FaceTrack } from '../../../../adapters/capabilities/lip-sync';
import type { SceneAssetsRequest, SceneLayers } from '../../../../adapters/capabilities/video';
import { createComputePool } from '../../../../adapters/local/compute/pool';
import { probeMedia } from '../../../../adapters/local/probe-media';
import { createLocalEnhance } from '../../../../adapters/local/render/enhance-adapter';
import { readJsonFile } from '../../../../adapters/local/render/json-file';
import { createLocalLipSync } from '../../../../adapters/local/render/lip-sync-adapter';
import { createLocalVideo } from '../../../../adapters/local/render/video-adapter';
import type { AssetRef, Pose } from '../../../../contracts/media';
import { createTestContext, ffmpegPath, type TestContext } from '../assembly/test-context';
import { cutOutAstronaut, spell } from './test-face';

const run = promisify(execFile);
const SIZE = { width: 426, height: 240 };
const timing = spell('Maybe a public map helps people.');
const FRAMES = timing.duration_ms / 40;

const pool = createComputePool({ size: 1 });
const video = createLocalVideo(pool);
const lipSync = createLocalLipSync(pool);
const enhance = createLocalEnhance(pool, ffmpegPath());
let context: TestContext;
let assets: SceneAssetsRequest;
let base: EnhanceRequest;
let rendered: AssetRef;

beforeAll(async () => {
  context = await createTestContext();
  const face = await cutOutAstronaut(pool, context.dir);
  const wall = await sharp({
    create: { width: 640, height: 360, channels: 3, background: { r: 60, g: 110, b: 140 } },
  })
    .png()
    .toBuffer();
  assets = {
    plate: await context.put('image/png', await readFile(face.plate)),
    mesh: await context.put('application/json', JSON.stringify(face.mesh)),
    background: await context.put('image/png', wall),
    light: { tint: [1, 1, 1], level: 0.7, direction: 'left' },
    framing: 'medium',
    pose: { name: 'neutral', intensity: 0 },
    size: SIZE,
    fps: 25,
    duration_ms: timing.duration_ms,
    note: null,
    seed: 3,
    scene: 1,
  };
  const { layers } = await video.perform(assets, context);
  const track = await trackOf(layers, assets.pose);
  base = {
    layers,
    track,
    clip: null,
    cutaways: [],
    burn: null,
    watermark: null,
    size: SIZE,
    fps: 25,
    duration_ms: timing.duration_ms,
  };
  rendered = (await enhance.perform(base, context)).video;
});

afterAll(async () => {
  await pool.close();
  await context.remove();
});

async function trackOf(layers: AssetRef | null, pose: Pose): Promise<AssetRef> {
  const { track } = await lipSync.perform(
    {
      ...assets,
      timing: await context.storeJson('speech_timing', timing),
      audio: assets.background,
      layers,
      clip: null,
      pose_track: null,
      pose,
    },
    context,
  );
  return track!;
}

/** Decodes every frame to RGB; fails on any complaint of the decoder. */
async function decode(file: string, size = SIZE): Promise<Uint8Array[]> {
  const args = ['-v', 'error', '-xerror', '-i', file, '-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1'];
  const { stdout, stderr } = await run(ffmpegPath(), args, { encoding: 'buffer', maxBuffer: 1 << 29 });
  expect(stderr.toString()).toBe('');
  const bytes = size.width * size.height * 3;
  return Array.from({ length: stdout.length / bytes }, (_, i) => stdout.subarray(i * bytes, (i + 1) * bytes));
}

/** Mean difference of two frames inside rows and columns given as shares of the frame. */
function difference(a: Uint8Array, b: Uint8Array, box = { left: 0, top: 0, right: 1, bottom: 1 }): number {
  let [sum, count] = [0, 0];
  for (let y = Math.floor(box.top * SIZE.height); y < Math.floor(box.bottom * SIZE.height); y++) {
    for (let x = Math.floor(box.left * SIZE.width); x < Math.floor(box.right * SIZE.width); x++, count++) {
      const at = (y * SIZE.width + x) * 3;
      sum +=
        Math.abs((a[at] ?? 0) - (b[at] ?? 0)) +
        Math.abs((a[at + 1] ?? 0) - (b[at + 1] ?? 0)) +
        Math.abs((a[at + 2] ?? 0) - (b[at + 2] ?? 0));
    }
  }
  return sum / (3 * count);
}

describe('scene assets', () => {
  it('are layers that name the stored assets, and a preview of the frame’s size', async () => {
    const made = await video.perform(assets, context);
    const layers = JSON.parse(
      await readFile(await context.open(made.layers ?? rendered), 'utf8'),
    ) as SceneLayers;
    expect(layers).toMatchObject({
      size: SIZE,
      fps: 25,
      frames: FRAMES,
      plate: assets.plate,
      mesh: assets.mesh,
      background: assets.background,
    });
    expect(layers.placement.scale).toBeGreaterThan(0);
    expect(Math.min(layers.camera.zoom_from, layers.camera.zoom_to)).toBe(1);
    const preview = await sharp(await context.open(made.preview)).metadata();
    expect([preview.format, preview.width, preview.height]).toEqual(['jpeg', SIZE.width, SIZE.height]);
  });

  it('are the same references for the same request', async () => {
    expect(await video.perform(assets, context)).toEqual(await video.perform(assets, context));
  });
});

describe('lip sync', () => {
  it('follows the pose of a scene also where no stage made a track of it', async () => {
    const read = async (track: AssetRef | null) => readJsonFile<FaceTrack>(await context.open(track!));
    const still = await read(base.track);
    const nod = await read(await trackOf(base.layers, { name: 'nod', intensity: 1 }));
    const bow = ({ channels }: FaceTrack): number => Math.max(...channels.pitch.map(Math.abs));
    expect(bow(nod)).toBeGreaterThan(bow(still) + 0.04);
    expect(nod.channels.jaw).toEqual(still.channels.jaw);
  });

  it('declines clips, because they have no rig', () => {
    expect(
      lipSync.supports({
        ...assets,
        timing: rendered,
        audio: rendered,
        layers: null,
        clip: rendered,
        pose_track: null,
      }),
    ).toMatchObject({ ok: false });
  });

  it('stores a track with as many frames as the scene, and counts its closures', async () => {
    const track = JSON.parse(await readFile(await context.open(base.track ?? rendered), 'utf8')) as FaceTrack;
    expect(track.frames).toBe(FRAMES);
    expect(track.closures.length).toBeGreaterThanOrEqual(4);
  });
});

describe('an enhanced scene', () => {
  it('has exactly its frames, the frame’s size and no sound', async () => {
    const facts = await probeMedia(await context.open(rendered));
    expect(facts.video).toMatchObject({
      width: SIZE.width,
      height: SIZE.height,
      fps: 25,
      frames: FRAMES,
      duration_ms: timing.duration_ms,
    });
    expect(facts.video?.codec).toMatch(/^avc1/);
    expect(facts.audio).toBeNull();
    expect(await decode(await context.open(rendered))).toHaveLength(FRAMES);
  });

  it('is the same file when it is made again', async () => {
    expect((await enhance.perform(base, context)).video).toEqual(rendered);
  });

  it('moves the mouth while the speaker speaks', async () => {
    const frames = await decode(await context.open(rendered));
    const track = JSON.parse(await readFile(await context.open(base.track ?? rendered), 'utf8')) as FaceTrack;
    const widest = track.channels.jaw.indexOf(Math.max(...track.channels.jaw));
    const shut = track.closures.at(-1)?.from ?? 0;
    const face = { left: 0.4, top: 0.38, right: 0.6, bottom: 0.6 };
    expect(
      difference(frames[widest] ?? new Uint8Array(), frames[shut] ?? new Uint8Array(), face),
    ).toBeGreaterThan(2);
  });

  it('names its colours as BT.709 in limited range', async () => {
    const { stderr } = await run(ffmpegPath(), [
      '-hide_banner',
      '-i',
      await context.open(rendered),
      '-f',
      'null',
      '-t',
      '0.1',
      '-',
    ]);
    expect(stderr).toMatch(/h264 \(High\).*yuv420p\(tv, bt709/);
  });

  it('joins another scene by stream copy, and both decode without a complaint', async () => {
    const other = (await enhance.perform({ ...base, watermark: 'Understudy', duration_ms: 1_000 }, context))
      .video;
    const list = path.join(context.dir, 'list.txt');
    const joined = path.join(context.dir, 'joined.mp4');
    await writeFile(list, `file '${await context.open(rendered)}'\nfile '${await context.open(other)}'\n`);
    await run(ffmpegPath(), [
      '-v',
      'error',
      '-f',
      'concat',
      '-safe',
      '0',
      '-i',
      list,
      '-c',
      'copy',
      '-y',
      joined,
    ]);
    const frames = await decode(joined);
    expect(frames).toHaveLength(FRAMES + 25);
    const [second, alone] = [frames[FRAMES], (await decode(await context.open(other)))[0]];
    expect(Buffer.from(second ?? []).equals(Buffer.from(alone ?? [1]))).toBe(true);
  });

  it('shows a cutaway over its time and the speaker before and after it', async () => {
    const red = await sharp({
      create: { width: 500, height: 300, channels: 3, background: { r: 200, g: 30, b: 30 } },
    })
      .png()
      .toBuffer();
    const cutaways = [
      { start_ms: 600, end_ms: 1_400, asset: await context.put('image/png', red), title: null },
    ];
    const [plain, cut] = await Promise.all(
      [rendered, (await enhance.perform({ ...base, cutaways }, context)).video].map(async (asset) =>
        decode(await context.open(asset)),
      ),
    );
    const at = (frames: Uint8Array[] | undefined, frame: number): Uint8Array =>
      frames?.[frame] ?? new Uint8Array();
    const colour = [...at(cut, 25).subarray(0, 3)];
    [200, 30, 30].forEach((value, c) => expect(Math.abs((colour[c] ?? 0) - value)).toBeLessThan(8));
    expect(
      difference(
        at(cut, 25),
        at(cut, 25).map((_, i, all) => all[i % 3] ?? 0),
      ),
    ).toBeLessThan(4);
    expect(difference(at(plain, 10), at(cut, 10))).toBeLessThan(2);
    expect(difference(at(plain, 40), at(cut, 40))).toBeLessThan(2);
    expect(difference(at(plain, 16), at(cut, 16))).toBeGreaterThan(5);
    expect(cut).toHaveLength(FRAMES);
  });

  it('burns captions in their time and inside the safe area', async () => {
    const burn = [{ start_ms: 400, end_ms: 1_200, text: 'Maybe a public map\nhelps <people> & others' }];
    const [plain, captioned] = await Promise.all(
      [rendered, (await enhance.perform({ ...base, burn }, context)).video].map(async (asset) =>
        decode(await context.open(asset)),
      ),
    );
    const at = (frames: Uint8Array[] | undefined, frame: number): Uint8Array =>
      frames?.[frame] ?? new Uint8Array();
    const change = (
      box: { left: number; top: number; right: number; bottom: number },
      frame: number,
    ): number => difference(at(plain, frame), at(captioned, frame), box);
    expect(change({ left: 0.25, top: 0.75, right: 0.75, bottom: 0.92 }, 20)).toBeGreaterThan(15);
    expect(change({ left: 0, top: 0.94, right: 1, bottom: 1 }, 20)).toBeLessThan(2);
    expect(change({ left: 0, top: 0.1, right: 0.08, bottom: 1 }, 20)).toBeLessThan(2);
    expect(change({ left: 0.25, top: 0.75, right: 0.75, bottom: 0.92 }, 36)).toBeLessThan(6);
  });

  it('brings a provider’s clip into the film’s size, rate and length', async () => {
    const clip = path.join(context.dir, 'clip.mp4');
    await run(ffmpegPath(), [
      '-v',
      'error',
      '-f',
      'lavfi',
      '-i',
      'testsrc2=size=320x320:rate=30:duration=1.2',
      '-pix_fmt',
      'yuv420p',
      '-y',
      clip,
    ]);
    const request = {
      ...base,
      layers: null,
      track: null,
      clip: await context.put('video/mp4', await readFile(clip)),
      watermark: 'Understudy',
    };
    const { video: made } = await enhance.perform(request, context);
    const { video: facts } = await probeMedia(await context.open(made));
    expect(facts).toMatchObject({ width: SIZE.width, height: SIZE.height, fps: 25, frames: FRAMES });
  });

  it('reports progress every twenty-five frames', async () => {
    const seen: number[] = [];
    await enhance.perform(base, { ...context, progress: (percent) => void seen.push(percent) });
    expect(seen).toHaveLength(Math.floor(FRAMES / 25));
    expect([...seen].sort((a, b) => a - b)).toEqual(seen);
  });

  it('leaves no ffmpeg behind when the job is cancelled', async () => {
    const cancelled = await createTestContext();
    const opened: TestContext = { ...cancelled, open: (asset) => context.open(asset) };
    const onFirstProgress = { ...opened, progress: () => cancelled.abort() };
    await expect(enhance.perform({ ...base, duration_ms: 60_000 }, onFirstProgress)).rejects.toThrow(
      /cancel/i,
    );
    const deadline = Date.now() + 20_000;
    while (childrenNaming(cancelled.dir).length > 0 && Date.now() < deadline)
      await new Promise((resolve) => setImmediate(resolve));
    expect(childrenNaming(cancelled.dir)).toEqual([]);
    await cancelled.remove();
  });
});

/** Processes of this machine that have a folder's name in their arguments. */
function childrenNaming(dir: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(dir);
      } catch {
        return false;
      }
    });
}
