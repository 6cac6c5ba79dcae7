import type { QualityCheck, Timeline } from '../../../contracts/media';
import type { FaceTrack } from '../../capabilities/lip-sync';
import { inputArgs, measureLoudness, runFfmpeg } from '../ffmpeg';
import type { FfmpegOptions, Loudness } from '../ffmpeg';
import { probeMedia, readPictureSizes } from '../probe-media';
import type { MediaFacts } from '../probe-media';
import { splitLongWord, type Cue } from './cues';

/** One AAC frame at 48 kHz. */
const AAC_FRAME_MS = 1024 / 48;
/** Key pictures are looked at in this size: enough to see black, cheap to read. */
const LOOK = { width: 32, height: 18 };
const BLACK_BELOW = 20;
const SILENT_BELOW_LUFS = -50;

export interface FilmToCheck {
  video: string;
  timeline: Timeline;
  duration_ms: number;
  fps: number;
  cues: Cue[] | null;
  tracks: { scene: number; track: FaceTrack | null }[];
  /** Loudness the film was made for; without it only peak and silence are judged. */
  loudness_lufs: number | null;
}

/** Looks at the finished file itself: its headers, coded sizes, key pictures and sound. About 1 CPU-second for a minute. */
export async function checkFilm(
  ffmpegPath: string,
  film: FilmToCheck,
  options: FfmpegOptions,
): Promise<QualityCheck[]> {
  const facts = await probeMedia(film.video);
  const loudness = await measureLoudness(ffmpegPath, film.video, { ...options, format: 'mov' });
  const dark = await darkShare(ffmpegPath, film.video, options);
  const still = longestStill(await readPictureSizes(film.video), film.fps);
  return [
    ...checkLengths(facts, film),
    rate('black_frames', round(dark, 3), { limit: '<= 0.02', passed: dark <= 0.02, stage: 'enhance' }),
    rate('frozen_ms', still, { limit: '<= 6000', passed: still <= 6000, stage: 'enhance' }),
    ...checkSound(loudness, film),
    ...(film.cues ? checkCaptions(film.cues, film) : []),
    ...film.tracks.flatMap(({ scene, track }) => (track ? [checkLips(scene, track, film.timeline)] : [])),
  ];
}

type Verdict = Pick<QualityCheck, 'limit' | 'passed' | 'stage'> & { scene?: number };

const rate = (name: string, value: number, verdict: Verdict): QualityCheck => ({
  name,
  scene: verdict.scene ?? null,
  value,
  limit: verdict.limit,
  passed: verdict.passed,
  stage: verdict.stage,
});
const round = (value: number, digits: number): number => Number(value.toFixed(digits));

function checkLengths(facts: MediaFacts, film: FilmToCheck): QualityCheck[] {
  const frames = Math.round((film.duration_ms * film.fps) / 1000);
  const counted = facts.video?.frames ?? 0;
  const apart = round(Math.abs((facts.video?.duration_ms ?? 0) - (facts.audio?.duration_ms ?? 0)), 2);
  return [
    rate('frame_count', counted, { limit: `= ${frames}`, passed: counted === frames, stage: 'enhance' }),
    rate('audio_video_difference_ms', apart, {
      limit: `< ${AAC_FRAME_MS.toFixed(1)}`,
      passed: apart < AAC_FRAME_MS,
      stage: 'output',
    }),
  ];
}

function checkSound(loudness: Loudness, film: FilmToCheck): QualityCheck[] {
  const { integrated_lufs, true_peak_db, momentary } = loudness;
  const silent =
    momentary.filter((block) => block.lufs < SILENT_BELOW_LUFS).length / Math.max(1, momentary.length);
  const target = film.loudness_lufs;
  const near = target === null || Math.abs(integrated_lufs - target) <= 1;
  return [
    rate('loudness_lufs', integrated_lufs, {
      limit: target === null ? '> -70' : `${target} ± 1`,
      passed: near && integrated_lufs > -70,
      stage: 'stitch',
    }),
    rate('true_peak_db', true_peak_db, { limit: '<= -1', passed: true_peak_db <= -1, stage: 'stitch' }),
    rate('silence_share', round(silent, 3), { limit: '<= 0.5', passed: silent <= 0.5, stage: 'speech' }),
  ];
}

/** Captions lie inside the film, do not overlap, and each begins with a word, or inside one that is too long for a line. */
export function checkCaptions(
  cues: readonly Cue[],
  film: Pick<FilmToCheck, 'timeline' | 'duration_ms'>,
): QualityCheck[] {
  const outside = cues.filter(
    (cue, at) =>
      cue.start_ms < (cues[at - 1]?.end_ms ?? 0) ||
      cue.end_ms > film.duration_ms ||
      cue.end_ms <= cue.start_ms,
  ).length;
  const starts = film.timeline.scenes.flatMap((scene) => scene.words.flatMap(splitLongWord).map((word) => word.start_ms));
  const late = Math.max(
    0,
    ...cues
      .map((cue) => Math.min(...starts.map((start) => Math.abs(start - cue.start_ms))))
      .filter(Number.isFinite),
  );
  return [
    rate('captions_misplaced', outside, { limit: '= 0', passed: outside === 0, stage: 'stitch' }),
    rate('caption_offset_ms', late, { limit: '<= 100', passed: late <= 100, stage: 'stitch' }),
  ];
}

/** A mouth needs this long to shut after a word, and opens as long before one: what lies nearer is neither spoken nor quiet. */
const SHUTTING_MS = 80;

/** How much wider the mouth is open while words are said than between them; a still or shifted mouth gives about 1. */
export function checkLips(scene: number, track: FaceTrack, timeline: Timeline): QualityCheck {
  const place = timeline.scenes.find((candidate) => candidate.scene === scene);
  const words = place?.words ?? [];
  const spoken: number[] = [];
  const quiet: number[] = [0.01];
  track.channels.jaw.forEach((jaw, frame) => {
    const time = (place?.start_ms ?? 0) + ((frame + 0.5) * 1000) / track.fps;
    const within = (ms: number): boolean => words.some((word) => word.start_ms - ms <= time && time < word.end_ms + ms);
    if (within(0)) spoken.push(jaw);
    else if (!within(SHUTTING_MS)) quiet.push(jaw);
  });
  const ratio = round(Math.min(99, mean(spoken) / Math.max(0.01, mean(quiet))), 2);
  return rate('lip_movement', ratio, {
    scene,
    limit: '>= 1.5',
    passed: spoken.length === 0 || ratio >= 1.5,
    stage: 'lip_sync',
  });
}

const mean = (values: number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

/** Share of key pictures that are black (mean luma below 20 of 255). Only key pictures are decoded. */
async function darkShare(ffmpegPath: string, video: string, options: FfmpegOptions): Promise<number> {
  const chunks: Buffer[] = [];
  const scale = `scale=${LOOK.width}:${LOOK.height}:flags=area,format=gray`;
  const output = `-map 0:v:0 -fps_mode passthrough -vf ${scale} -f rawvideo pipe:1`.split(' ');
  const args = [...inputArgs(video, 'mov', ['-skip_frame', 'nokey']), ...output];
  await runFfmpeg(ffmpegPath, args, { ...options, onStdout: (chunk) => chunks.push(chunk) });
  const pixels = Buffer.concat(chunks);
  const area = LOOK.width * LOOK.height;
  let dark = 0;
  for (let from = 0; from < pixels.length; from += area)
    if (mean([...pixels.subarray(from, from + area)]) < BLACK_BELOW) dark += 1;
  return dark / Math.max(1, pixels.length / area);
}

/** Longest time in which nothing moves, ms. A picture that only repeats the one before takes next to no bytes. */
export function longestStill(sizes: number[], fps: number): number {
  const sorted = [...sizes].sort((a, b) => a - b);
  // The smallest possible picture grows with the frame: a fiftieth of the median marks nothing-changed at any size.
  const nothing = Math.max(24, (sorted[Math.floor(sorted.length / 2)] ?? 0) / 50);
  let longest = 0;
  let run = 0;
  for (const size of sizes) {
    run = size <= nothing ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return Math.round((longest * 1000) / fps);
}
