import path from 'node:path';
import { BITEXACT, inputArgs, measureLoudness, runFfmpeg } from '../ffmpeg';
import type { FfmpegOptions, Loudness } from '../ffmpeg';
import { concatWavs, findWavData, SAMPLE_RATE } from './wav';
import type { WavData } from './wav';

/** Loudest true peak of a voice track, dBTP: leaves room for what AAC adds (EBU R 128 s1 asks for -1). */
export const MAX_TRUE_PEAK_DB = -1.5;
/** A correction smaller than this is not worth another generation of rounding. */
const CLOSE_ENOUGH_LU = 0.1;
const MAX_PASSES = 5;

export interface AudioMaster {
  path: string;
  loudness: Loudness;
  /** The scenes' own sounds as they came, for the check of their lengths. */
  sources: WavData[];
}

export interface MasterRequest {
  scenes: { path: string; duration_ms: number }[];
  target_lufs: number;
}

/**
 * One voice track of the whole film: scenes joined sample by sample, then one gain for all so that scenes keep their
 * balance. Peaks that the gain would push too far are held by a limiter at four times the rate (BS.1770 true peak).
 * Each pass starts from the joined sound again, so nothing is processed twice.
 */
export async function makeAudioMaster(
  ffmpegPath: string,
  request: MasterRequest,
  options: FfmpegOptions,
): Promise<AudioMaster> {
  const sources = await Promise.all(request.scenes.map((scene) => findWavData(scene.path)));
  const joined = path.join(options.dir, 'voice.wav');
  const parts = request.scenes.map((scene, at) => ({ data: sources[at]!, duration_ms: scene.duration_ms }));
  await concatWavs(parts, joined, options.signal);
  const samples = (request.scenes.reduce((sum, scene) => sum + scene.duration_ms, 0) * SAMPLE_RATE) / 1000;
  let master = joined;
  let loudness = await measureLoudness(ffmpegPath, joined, options);
  const peakBefore = loudness.true_peak_db;
  let gain = 0;
  let ceiling = MAX_TRUE_PEAK_DB - 0.1;
  for (let pass = 1; pass <= MAX_PASSES && needsWork(loudness, request.target_lufs); pass += 1) {
    gain += request.target_lufs - loudness.integrated_lufs;
    if (pass > 1 && loudness.true_peak_db > MAX_TRUE_PEAK_DB)
      ceiling -= loudness.true_peak_db - MAX_TRUE_PEAK_DB + 0.05;
    master = path.join(options.dir, `master-${pass}.wav`);
    const limit = peakBefore + gain > MAX_TRUE_PEAK_DB ? ceiling : null;
    await applyGain(ffmpegPath, { from: joined, to: master, gain, limit, samples }, options);
    loudness = await measureLoudness(ffmpegPath, master, options);
  }
  return { path: master, loudness, sources };
}

function needsWork(loudness: Loudness, target: number): boolean {
  const silent = loudness.integrated_lufs <= -70;
  return (
    !silent &&
    (Math.abs(loudness.integrated_lufs - target) > CLOSE_ENOUGH_LU ||
      loudness.true_peak_db > MAX_TRUE_PEAK_DB)
  );
}

interface GainRequest {
  from: string;
  to: string;
  gain: number;
  limit: number | null;
  samples: number;
}

async function applyGain(ffmpegPath: string, request: GainRequest, options: FfmpegOptions): Promise<void> {
  const { gain, limit, samples } = request;
  const linear = (limit === null ? 1 : 10 ** (limit / 20)).toFixed(5);
  const filters = [
    'aformat=sample_fmts=fltp:channel_layouts=mono',
    `volume=${gain.toFixed(3)}dB:precision=float`,
    // `latency=1` takes the limiter's look-ahead out again: speech must not move against the picture.
    ...(limit === null
      ? []
      : [
          'aresample=192000',
          `alimiter=limit=${linear}:attack=4:release=60:level=disabled:latency=1`,
          `aresample=${SAMPLE_RATE}`,
        ]),
    `aformat=sample_fmts=s16:sample_rates=${SAMPLE_RATE}:channel_layouts=mono`,
    `apad=whole_len=${samples}`,
    `atrim=end_sample=${samples}`,
  ];
  const output = ['-c:a', 'pcm_s16le', ...BITEXACT, '-f', 'wav', '-y', request.to];
  await runFfmpeg(
    ffmpegPath,
    [...inputArgs(request.from, 'wav'), '-af', filters.join(','), ...output],
    options,
  );
}

/** Loudness of a part of a film after BS.1770's gating, from the momentary values; null where nothing is said. */
export function loudnessBetween(loudness: Loudness, start_ms: number, end_ms: number): number | null {
  const inside = loudness.momentary.filter(
    (block) => block.end_ms - 400 >= start_ms - 20 && block.end_ms <= end_ms + 20,
  );
  const loud = inside.map((block) => block.lufs).filter((lufs) => lufs > -70);
  const relative = (meanLoudness(loud) ?? 0) - 10;
  return meanLoudness(loud.filter((lufs) => lufs > relative));
}

function meanLoudness(values: number[]): number | null {
  if (values.length === 0) return null;
  const power = values.reduce((sum, lufs) => sum + 10 ** (lufs / 10), 0) / values.length;
  return 10 * Math.log10(power);
}
