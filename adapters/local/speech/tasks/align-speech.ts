import { rm } from 'node:fs/promises';
import type { Phone } from '../../../../contracts/media';
import type { TaskHost } from '../../compute/host';
import { alignPhones } from '../align/align-phones';
import type { Reference } from '../align/align-phones';
import type { PieceTiming } from '../align/word-times';
import { trackPitch } from '../dsp/pitch';
import { readWav } from '../dsp/wav';
import type { Sound } from '../dsp/wav';
import { loadFlite } from '../engines/flite';
import type { Flite, FliteVoice } from '../engines/flite';
import { toFliteText } from '../engines/flite-text';
import type { SpokenToken } from '../text/normalise';
import { spanPhones } from './speak-flite';

export interface AlignSpeechArgs {
  wav: string;
  /** The words that are heard, in stretches of at most some 40 words. */
  pieces: SpokenToken[][];
  /** Voice that reads the words for comparison; null picks the one whose pitch is nearer. */
  reference: FliteVoice | null;
  /** Where the reference is kept for a moment. */
  scratch: string;
}

export interface AlignedSpeech {
  pieces: PieceTiming[];
  /** 0..1, see alignPhones. */
  confidence: number;
  duration_ms: number;
}

/** Above this a voice is compared with the high reference voice; a reference of the wrong sex doubles the error. */
const HIGH_VOICE_HZ = 150;

/** Finds phone and token times of known words in a recording. */
export async function alignSpeech(args: AlignSpeechArgs, host: TaskHost): Promise<AlignedSpeech> {
  const flite = await host.cached(loadFlite);
  const recording = await readWav(args.wav);
  const voice = args.reference ?? (medianPitch(recording) > HIGH_VOICE_HZ ? 'slt' : 'rms');
  const { counts, ...reference } = await readReference(flite, { ...args, voice });
  const { phones, confidence } = alignPhones(recording, reference);
  let from = 0;
  const pieces = args.pieces.map((tokens, place) => {
    const own = phones.slice(from, (from += counts[place] ?? 0));
    return { phones: own, spans: spanPhones(flite, tokens, own) };
  });
  return { pieces, confidence, duration_ms: Math.round((recording.samples.length / recording.rate) * 1000) };
}

/** All pieces one after the other, read by flite; `counts` are the phones of each. */
async function readReference(
  flite: Flite,
  { voice, pieces, scratch }: AlignSpeechArgs & { voice: FliteVoice },
): Promise<Reference & { counts: number[] }> {
  const sounds: Sound[] = [];
  const phones: Phone[] = [];
  const counts: number[] = [];
  for (const tokens of pieces) {
    const offset = durationMs(sounds);
    const spoken = await flite.speak({ voice, text: toFliteText(tokens), stretch: 1, wav: scratch });
    sounds.push(await readWav(scratch));
    await rm(scratch, { force: true });
    counts.push(spoken.length);
    phones.push(
      ...spoken.map(({ symbol, start_ms, end_ms }) => ({
        symbol,
        start_ms: start_ms + offset,
        end_ms: end_ms + offset,
      })),
    );
  }
  return { rate: sounds[0]?.rate ?? 16_000, samples: concatenate(sounds), phones, counts };
}

function durationMs(sounds: readonly Sound[]): number {
  return sounds.reduce((sum, { samples, rate }) => sum + (samples.length / rate) * 1000, 0);
}

function concatenate(sounds: readonly Sound[]): Float32Array {
  const joined = new Float32Array(sounds.reduce((sum, { samples }) => sum + samples.length, 0));
  let at = 0;
  for (const { samples } of sounds) {
    joined.set(samples, at);
    at += samples.length;
  }
  return joined;
}

function medianPitch({ samples, rate }: Sound): number {
  const voiced = trackPitch(samples, rate).flatMap(({ f0_hz }) => (f0_hz > 0 ? [f0_hz] : []));
  return voiced.sort((a, b) => a - b)[Math.floor(voiced.length / 2)] ?? 0;
}
