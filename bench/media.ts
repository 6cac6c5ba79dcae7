import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import os from 'node:os';
import path from 'node:path';
import type { SceneLayers } from '../adapters/capabilities/video';
import { createComputePool } from '../adapters/local/compute/pool';
import type { ComputePool } from '../adapters/local/compute/pool';
import { createLocalFamily } from '../adapters/local/family';
import type { RenderSceneArgs } from '../adapters/local/render/render-scene';
import { frameSize } from '../contracts/media';
import { createTestContext } from '../test/adapters/local/assembly/test-context';
import type { TestContext } from '../test/adapters/local/assembly/test-context';
import { FACES } from '../test/support/faces';
import { makeLocalFilm } from '../test/support/local-film';
import type { FilmScene, LocalFilm } from '../test/support/local-film';
import { cpuSeconds, createMeter, lateness } from './media/metered';
import type { Meter } from './media/metered';
import { encodeOnly, prepareOnePass, pushInOnly, renderOnePass, soundOnePass } from './media/one-pass';
import { warpOnly } from './media/warp-only';
import { joinOnly } from './media/join-only';
import { rendererMemory } from './media/renderer-memory';
import { median, ratio } from './report';
import type { Report } from './report';

/** Six scenes of about ten seconds. */
const PLACES = [
  ['office', 'morning', 'medium'],
  ['city', 'night', 'close'],
  ['nature', 'day', 'wide'],
  ['home', 'evening', 'close'],
  ['library', 'day', 'medium'],
  ['stage', 'night', 'close'],
] as const;
const WORDS =
  'People often ask me how this works, and my answer is simple. You bring a photo and some words, and a while later somebody says them. What happens in between is written down, step by step, so that nothing gets lost.';
const PAIRS = 3;

/** What a film costs beside what ffmpeg alone would take for it, and how the machine feels meanwhile. Some four minutes. */
export async function benchMedia({ ffmpegPath }: { ffmpegPath: string }, report: Report): Promise<void> {
  const pool = createComputePool({ size: os.availableParallelism() });
  const context = await createTestContext();
  const dir = await mkdtemp(path.join(tmpdir(), 'understudy-bench-'));
  const bench: Bench = { ffmpeg: ffmpegPath, pool, context, dir, report };
  try {
    const hd = await measureFilm(bench, '720p');
    const full = await measureFilm(bench, '1080p');
    report.check('media: CPU of 1080p over 720p, a second of film', ratio(full.cpu_per_second, hd.cpu_per_second), { most: 2.3 });
  } finally {
    await pool.close();
    await context.remove();
    await rm(dir, { recursive: true, force: true });
  }
}

interface Bench {
  ffmpeg: string;
  pool: ComputePool;
  context: TestContext;
  dir: string;
  report: Report;
}

/** What belongs to the making of an avatar, which is done once, and not to a film. */
const ONCE = ['inspector.validatePhotos', 'image.neutralImage'];

async function measureFilm(bench: Bench, resolution: '720p' | '1080p'): Promise<{ cpu_per_second: number }> {
  const { report, context, pool, ffmpeg } = bench;
  const meter = createMeter();
  const family = meter.watch(createLocalFamily({ pool, ffmpegPath: ffmpeg }));
  const scenes = PLACES.map(([place, time_of_day, framing]): FilmScene => ({ text: WORDS, place, time_of_day, framing }));
  const size = frameSize('16:9', resolution);
  let film: LocalFilm | undefined;
  const started = Date.now();
  const late = await lateness(async () => {
    film = await makeLocalFilm(family, { photo: FACES.astronaut, size, scenes, seed: 1 }, context);
  });
  if (film === undefined) throw new Error('no film');
  const seconds = film.stitched.duration_ms / 1000;
  const parts = meter.parts().filter((part) => !ONCE.includes(part));
  const cpu = parts.reduce((sum, part) => sum + meter.seconds(part), 0);
  const wall = (Date.now() - started) / 1000;
  report.note(`media ${resolution}: a film of ${seconds.toFixed(0)} s, one scene after the other`, `${wall.toFixed(0)} s, load ${os.loadavg()[0]?.toFixed(1)}`);
  report.note(`media ${resolution}: CPU-s`, [...ONCE, ...parts].map((part) => `${part} ${meter.seconds(part).toFixed(1)}`).join(', '));
  report.check(`media ${resolution}: share of two cores that a film takes in its own length`, ratio(cpu, 2 * seconds), resolution === '720p' ? { most: 1 } : { most: 2.3 });
  report.check(`media ${resolution}: event loop late at p99 while a film is made, ms`, late, { most: 50 });
  await measureScene(bench, { film, resolution, meter, cpu, seconds });
  return { cpu_per_second: cpu / seconds };
}

interface MeasuredFilm {
  film: LocalFilm;
  resolution: string;
  meter: Meter;
  cpu: number;
  seconds: number;
}

/** One scene by the product, by one tuned ffmpeg process, and its frames through the encoder alone, in turns. */
async function measureScene(bench: Bench, { film, resolution, meter, cpu, seconds }: MeasuredFilm): Promise<void> {
  const { report, ffmpeg, dir } = bench;
  const args = await sceneArgs(bench, film);
  const raw = path.join(dir, 'frames.yuv');
  await captureFrames(bench, args, raw);
  const tools = { ffmpeg, dir, output: path.join(dir, 'reference.mp4') };
  if (args.picture.kind !== 'layers') throw new Error('no layers');
  const onePass = await prepareOnePass(args.picture.files, { format: args.format, raw, ffmpeg, dir });
  const ours: number[] = [];
  const theirs: number[] = [];
  const least: number[] = [];
  const parts: number[] = [];
  for (let pair = 0; pair < PAIRS; pair += 1) {
    ours.push(await cpuSeconds(() => bench.pool.run('render.scene', args)));
    theirs.push(await cpuSeconds(() => renderOnePass(onePass, tools)));
    least.push(await cpuSeconds(() => encodeOnly(raw, args.format, tools)));
    parts.push(await cpuSeconds(() => pushInOnly(onePass, tools)) + await warpOnly(args.picture.files));
  }
  await renderOnePass(onePass, tools);
  const bytes = [(await stat(args.output)).size, (await stat(tools.output)).size].map((size) => (size / 1e6).toFixed(2));
  const length = args.frames / args.format.fps;
  report.note(`media ${resolution}: CPU-s for ${length.toFixed(0)} s`, `ours ${list(ours)}, one pass ${list(theirs)}, encoder alone ${list(least)}, push-in and warp ${list(parts)}; MB ${bytes.join(' and ')}`);
  report.check(`media ${resolution}: a scene over its parts done alone`, median(ours.map((value, at) => ratio(value, least[at]! + parts[at]!))), { most: 1.1 });
  report.check(`media ${resolution}: a scene over one tuned pass of ffmpeg, which has no warp`, median(ours.map((value, at) => ratio(value, theirs[at]!))), { most: 1.1 });
  report.note(`media ${resolution}: a scene over its frames through the encoder alone`, median(ours.map((value, at) => ratio(value, least[at]!))).toFixed(2));
  const voice = await bench.context.open(film.stitched.audio_master);
  const sound = await cpuSeconds(() => soundOnePass(voice, { ...tools, output: path.join(dir, 'sound.mp4') }));
  const reference = (median(theirs) / length) * seconds + sound;
  report.check(`media ${resolution}: the whole chain over one pass with its sound`, ratio(cpu, reference), { most: 1.1 });
  const joined = await cpuSeconds(() => joinOnly(film, { ...bench, sound: false }));
  report.check(`media ${resolution}: CPU-s of joining the pictures of ${film.scenes.length} scenes`, joined, { most: 0.5 });
  const voiced = await cpuSeconds(() => joinOnly(film, { ...bench, sound: true }));
  report.note(`media ${resolution}: CPU-s of joining them with ${seconds.toFixed(0)} s of sound to encode`, voiced.toFixed(1));
  report.note(`media ${resolution}: CPU-s of stage output, with poster and all checks`, meter.seconds('assembly.join').toFixed(1));
  const memory = await rendererMemory(args, dir);
  report.check(`media ${resolution}: MiB of a process that renders`, memory.renderer_mib, { most: 300 });
  report.note(`media ${resolution}: MiB of ffmpeg beside it`, memory.ffmpeg_mib.toFixed(0));
  await rm(raw, { force: true });
}

function list(values: readonly number[]): string {
  return values.map((value) => value.toFixed(1)).join(' ');
}

async function sceneArgs({ context, ffmpeg, dir }: Bench, film: LocalFilm): Promise<RenderSceneArgs> {
  const scene = film.scenes[0]!;
  const layers = JSON.parse(await readFile(await context.open(scene.layers), 'utf8')) as SceneLayers;
  const files = {
    layers,
    plate: await context.open(layers.plate),
    mesh: await context.open(layers.mesh),
    background: await context.open(layers.background),
    track: await context.open(scene.track),
  };
  return {
    ffmpeg,
    output: path.join(dir, 'ours.mp4'),
    format: { size: layers.size, fps: layers.fps },
    frames: scene.frames,
    picture: { kind: 'layers', files },
    cutaways: [],
    burn: [],
    watermark: null,
  };
}

/** The frames as they leave the renderer: a program that keeps its input stands in the encoder's place. */
async function captureFrames({ pool, dir }: Bench, args: RenderSceneArgs, raw: string): Promise<void> {
  const program = path.join(dir, 'keep-frames');
  await writeFile(program, `#!/bin/sh\nexec cat > '${raw}'\n`);
  await chmod(program, 0o755);
  await pool.run('render.scene', { ...args, ffmpeg: program });
}
