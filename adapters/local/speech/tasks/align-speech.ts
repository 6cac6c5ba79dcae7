import { rm } from 'node:fs/promises';
import type { TaskHost } from '../../compute/host';
import { alignPhones } from '../align/align-phones';
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
  tokens: SpokenToken[];
  /** Voice that reads the words for comparison; null picks the one whose pitch is nearer. */
  reference: FliteVoice | null;
  /** Where the reference is kept for a moment. */
  scratch: string;
}

export interface AlignedPiece extends PieceTiming {
  confidence: number;
}

/** Above this a voice is compared with the high reference voice; a reference of the wrong sex doubles the error. */
const HIGH_VOICE_HZ = 150;

/** Finds phone and token times of known words in a recording. */
export async function alignSpeech(args: AlignSpeechArgs, host: TaskHost): Promise<AlignedPiece> {
  const flite = await host.cached(loadFlite);
  const recording = await readWav(args.wav);
  const voice = args.reference ?? (medianPitch(recording) > HIGH_VOICE_HZ ? 'slt' : 'rms');
  const reference = await readReference(flite, { ...args, voice });
  const { phones, confidence } = alignPhones(recording, reference);
  return { phones, spans: spanPhones(flite, args.tokens, phones), confidence };
}

async function readReference(flite: Flite, { voice, tokens, scratch }: AlignSpeechArgs & { voice: FliteVoice }) {
  try {
    const phones = await flite.speak({ voice, text: toFliteText(tokens), stretch: 1, wav: scratch });
    return { ...(await readWav(scratch)), phones };
  } finally {
    await rm(scratch, { force: true });
  }
}

function medianPitch({ samples, rate }: Sound): number {
  const voiced = trackPitch(samples, rate).flatMap(({ f0_hz }) => (f0_hz > 0 ? [f0_hz] : []));
  return voiced.sort((a, b) => a - b)[Math.floor(voiced.length / 2)] ?? 0;
}
