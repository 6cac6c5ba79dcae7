import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import os from 'node:os';
import path from 'node:path';
import type { SceneLayers } from '../adapters/capabilities/video';
import { createLocalAssembly } from '../adapters/local/assembly/local-assembly';
import { createComputePool } from '../adapters/local/compute/pool';
import type { ComputePool } from '../adapters/local/compute/pool';
import { createLocalFamily } from '../adapters/local/family';
import type { RenderSceneArgs } from '../adapters/local/render/render-scene';
import { frameSize, type SpeechTiming } from '../contracts/media';
import { createTestContext } from '../test/adapters/local/assembly/test-context';
import type { TestContext } from '../test/adapters/local/assembly/test-context';
import { FACES } from '../test/support/faces';
import { makeLocalFilm } from '../test/support/local-film';
import type { FilmScene, LocalFilm } from '../test/support/local-film';
import { filmCosts, meanCosts, type FilmCosts } from './media/film-costs';
import { cpuSeconds, createMeter, lateness } from './media/metered';
import { encodeOnly, prepareOnePass, pushInOnly, renderOnePass, soundOnePass } from './media/one-pass';
import { warpOnly } from './media/warp-only';
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
const TURNS = 3;

/** What a film costs beside what ffmpeg alone would take for it, and how the machine feels meanwhile. Some eight minutes. */
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

/** The film is made twice, before and after what it is compared with, so that a machine that grows slower harms neither. */
async function measureFilm(bench: Bench, resolution: '720p' | '1080p'): Promise<{ cpu_per_second: number }> {
  const first = await makeFilm(bench, resolution);
  const { film } = first;
  const seconds = film.stitched.duration_ms / 1000;
  reportFile(bench, film, resolution);
  const scene = await measureScene(bench, film, resolution);
  const second = await makeFilm(bench, resolution);
  const costs = meanCosts(first.costs, second.costs);
  for (const { wall, parts, late } of [first, second]) {
    bench.report.note(`media ${resolution}: a film of ${seconds.toFixed(0)} s, one scene after the other`, `${wall.toFixed(0)} s, load ${os.loadavg()[0]?.toFixed(1)}`);
    bench.report.note(`media ${resolution}: CPU-s`, parts);
    bench.report.check(`media ${resolution}: event loop late at p99 while a film is made, ms`, late, { most: 50 });
  }
  bench.report.check(`media ${resolution}: share of two cores that a film takes in its own length`, ratio(costs.whole, 2 * seconds), resolution === '720p' ? { most: 1 } : { most: 2.3 });
  reportFilm(bench, { film, resolution, scene, costs, seconds });
  return { cpu_per_second: costs.whole / seconds };
}

interface MadeFilm {
  film: LocalFilm;
  costs: FilmCosts;
  wall: number;
  /** Milliseconds by which the event loop was late, at the 99th percentile. */
  late: number;
  parts: string;
}

async function makeFilm(bench: Bench, resolution: '720p' | '1080p'): Promise<MadeFilm> {
  const { context, pool, ffmpeg } = bench;
  const meter = createMeter();
  const family = meter.watch(createLocalFamily({ pool, ffmpegPath: ffmpeg }));
  const scenes = PLACES.map(([place, time_of_day, framing]): FilmScene => ({ text: WORDS, place, time_of_day, framing }));
  const size = frameSize('16:9', resolution);
  let film: LocalFilm | undefined;
  const started = Date.now();
  const late = await lateness(async () => {
    film = await makeLocalFilm(family, { photo: FACES.astronaut, size, scenes, seed: 1, burned: true }, context);
  });
  if (film === undefined) throw new Error('no film');
  const wall = (Date.now() - started) / 1000;
  const costs = await filmCosts(film, meter, bench);
  return { film, costs, wall, late, parts: meter.parts().map((part) => `${part} ${meter.seconds(part).toFixed(1)}`).join(', ') };
}

/** What the finished file says of itself. */
function reportFile({ report }: Bench, film: LocalFilm, resolution: string): void {
  const value = (name: string): number => film.checks.find((check) => check.name === name)?.value ?? Number.NaN;
  const frames = film.scenes.reduce((sum, scene) => sum + scene.frames, 0);
  report.check(`media ${resolution}: frames too many or too few`, Math.abs(value('frame_count') - frames), { most: 0 });
  report.check(`media ${resolution}: ms by which sound and picture differ in length`, value('audio_video_difference_ms'), { most: 21.3 });
  const between = [...film.scenes.map(({ video }) => video.bytes), film.stitched.rough_cut.bytes];
  report.check(`media ${resolution}: bytes of films on the way over the finished one`, ratio(between.reduce((a, b) => a + b, 0), film.video.bytes), { most: 1.2 });
}

/** One scene by the product, by tuned ffmpeg processes, and its frames through the encoder alone, in turns. */
async function measureScene(bench: Bench, film: LocalFilm, resolution: string): Promise<MeasuredScene> {
  const { report, ffmpeg, dir } = bench;
  const args = await sceneArgs(bench, film);
  const raw = path.join(dir, 'frames.yuv');
  await captureFrames(bench, args, raw);
  const tools = { ffmpeg, dir, output: path.join(dir, 'reference.mp4') };
  const costs = await compareScene(bench, { args, raw, tools });
  const length = args.frames / args.format.fps;
  const say = (what: string): string => `media ${resolution}: ${what}`;
  report.note(say(`CPU-s for ${length.toFixed(0)} s`), `ours ${list(costs.ours)}, one pass ${list(costs.onePass)}, one pass with enhancement ${list(costs.enhanced)}, encoder alone ${list(costs.encoder)}, push-in and warp ${list(costs.parts)}`);
  const over = (others: number[]): number => median(costs.ours.map((value, at) => ratio(value, others[at]!)));
  report.check(say('a scene over its parts done alone'), over(costs.encoder.map((value, at) => value + costs.parts[at]!)), { most: 1.1 });
  report.check(say('a scene over one pass of ffmpeg, which has no warp'), over(costs.onePass), { most: 1.1 });
  report.check(say('a scene over one pass that denoises and sharpens every frame'), over(costs.enhanced), { most: 1.1 });
  report.check(say('a scene over its frames through the encoder alone'), over(costs.encoder), { most: 2.1 });
  const memory = await rendererMemory(args, dir);
  report.check(say('MiB of a process that renders'), memory.renderer_mib, { most: 300 });
  report.note(say('MiB of ffmpeg beside it'), memory.ffmpeg_mib.toFixed(0));
  await rm(raw, { force: true });
  const voice = await bench.context.open(film.stitched.audio_master);
  const sound = await cpuSeconds(() => soundOnePass(voice, { ...tools, output: path.join(dir, 'sound.mp4') }));
  return { costs, length, sound };
}

/** What a scene of `length` seconds costs, and what the whole film's sound does in one pass. */
interface MeasuredScene {
  costs: SceneCosts;
  length: number;
  sound: number;
}

interface MeasuredFilm {
  film: LocalFilm;
  resolution: string;
  scene: MeasuredScene;
  costs: FilmCosts;
  seconds: number;
}

/** The film beside scenes of its length by ffmpeg alone. */
function reportFilm({ report }: Bench, { film, resolution, scene, costs, seconds }: MeasuredFilm): void {
  const say = (what: string): string => `media ${resolution}: ${what}`;
  const whole = (ofScene: number[]): number => (median(ofScene) / scene.length) * seconds + scene.sound;
  report.note(say('CPU-s of the film'), `${costs.render.toFixed(1)} for what one pass does too, ${costs.beyond.toFixed(1)} beyond: speech, backgrounds, rough cut, poster, self-check; a second of film ${(costs.render / seconds).toFixed(2)} (research: 1.52 at 1080p)`);
  report.check(say('stills and voices to film, over one pass with enhancement and sound (P9)'), ratio(costs.render, whole(scene.costs.enhanced)), { most: 1.1 });
  report.check(say('stills and voices to film, over one pass without enhancement'), ratio(costs.render, whole(scene.costs.onePass)), { most: 1.1 });
  report.check(say('stills and voices to film, over the encoder alone (P9)'), ratio(costs.render, whole(scene.costs.encoder)), { most: 2.1 });
  report.check(say('script and stills to a checked film, over one pass with enhancement and sound'), ratio(costs.whole, whole(scene.costs.enhanced)), { most: 1.1 });
  report.check(say('script and stills to a checked film, over one pass without enhancement'), ratio(costs.whole, whole(scene.costs.onePass)), { most: 1.1 });
  report.check(say(`CPU-s of joining the pictures of ${film.scenes.length} scenes`), costs.join, { most: 0.5 });
  report.note(say(`CPU-s of joining them with ${seconds.toFixed(0)} s of sound to encode`), costs.join_with_sound.toFixed(1));
  report.check(say('share of the film that stage output takes beyond joining: poster and self-check'), ratio(costs.output - costs.join_with_sound, costs.whole), { most: 0.1 });
}

interface SceneCosts {
  ours: number[];
  onePass: number[];
  enhanced: number[];
  encoder: number[];
  parts: number[];
}

/** In turns, so that a busy moment of the machine falls on all of them. */
async function compareScene(
  { pool, ffmpeg, dir }: Bench,
  { args, raw, tools }: { args: RenderSceneArgs; raw: string; tools: { ffmpeg: string; dir: string; output: string } },
): Promise<SceneCosts> {
  if (args.picture.kind !== 'layers') throw new Error('no layers');
  const { files } = args.picture;
  const onePass = await prepareOnePass(files, { format: args.format, raw, ffmpeg, dir });
  const costs: SceneCosts = { ours: [], onePass: [], enhanced: [], encoder: [], parts: [] };
  for (let turn = 0; turn < TURNS; turn += 1) {
    costs.ours.push(await cpuSeconds(() => pool.run('render.scene', args)));
    costs.onePass.push(await cpuSeconds(() => renderOnePass(onePass, tools)));
    costs.enhanced.push(await cpuSeconds(() => renderOnePass(onePass, { ...tools, enhancement: 'every_frame' })));
    costs.encoder.push(await cpuSeconds(() => encodeOnly(raw, args.format, tools)));
    costs.parts.push(await cpuSeconds(() => pushInOnly(onePass, tools)) + await warpOnly(files));
  }
  return costs;
}

function list(values: readonly number[]): string {
  return values.map((value) => value.toFixed(1)).join(' ');
}

async function sceneArgs({ context, ffmpeg, dir, pool }: Bench, film: LocalFilm): Promise<RenderSceneArgs> {
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
    burn: createLocalAssembly(pool, ffmpeg).sceneCues(JSON.parse(await readFile(await context.open(scene.timing), 'utf8')) as SpeechTiming),
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
