import { levelTo } from '../dsp/level';
import { LOUDNESS_RATE } from '../dsp/loudness';
import { shiftVoice } from '../dsp/overlap-add';
import { resample } from '../dsp/resample';
import { readWav, writeWav } from '../dsp/wav';
import type { Sound } from '../dsp/wav';

export interface ClipPiece {
  wav: string;
  /** The part of the file that is used; the engine's own silence around it is not. */
  from_ms: number;
  to_ms: number;
  /** Where it goes in the clip. */
  at_ms: number;
}

export interface FinishClipArgs {
  pieces: ClipPiece[];
  duration_ms: number;
  /** Multiplies the fundamental frequency of every piece. */
  pitch: number;
  /** Multiplies the formants: above 1 is a smaller speaker. */
  formant: number;
  loudness_lufs: number;
  /** 48 kHz, mono, 16 bit. */
  wav: string;
}

export interface FinishedClip {
  loudness_lufs: number;
  true_peak_db: number;
}

const FADE_MS = 8;

/** Puts pieces of speech in their places, moves the pitch, sets the loudness and writes the clip. */
export async function finishClip(args: FinishClipArgs): Promise<FinishedClip> {
  const clip = new Float32Array((args.duration_ms * LOUDNESS_RATE) / 1000);
  for (const piece of args.pieces) {
    const sound = cut(await readWav(piece.wav), piece);
    // Played faster, the sound has higher formants; overlap-add has made it longer and lower by as much before.
    const shift = { pitch: args.pitch / args.formant, stretch: args.formant };
    const shifted = shiftVoice(sound.samples, sound.rate, shift);
    mixInto(
      clip,
      resample(shifted, Math.round(sound.rate * args.formant), LOUDNESS_RATE),
      Math.round((piece.at_ms * LOUDNESS_RATE) / 1000),
    );
  }
  const { samples, loudness_lufs, true_peak_db } = levelTo(clip, args.loudness_lufs);
  await writeWav(args.wav, { rate: LOUDNESS_RATE, samples });
  return { loudness_lufs: round(loudness_lufs), true_peak_db: round(true_peak_db) };
}

/** A part of a sound with soft edges: a step in the waveform would click. */
function cut({ samples, rate }: Sound, { from_ms, to_ms }: ClipPiece): Sound {
  const part = samples.slice(Math.round((from_ms * rate) / 1000), Math.round((to_ms * rate) / 1000));
  const fade = Math.min(Math.round((FADE_MS * rate) / 1000), Math.floor(part.length / 2));
  for (let k = 0; k < fade; k++) {
    const gain = 0.5 - 0.5 * Math.cos((Math.PI * (k + 0.5)) / fade);
    part[k]! *= gain;
    part[part.length - 1 - k]! *= gain;
  }
  return { samples: part, rate };
}

function mixInto(clip: Float32Array, part: Float32Array, at: number): void {
  for (let k = 0; k < part.length && at + k < clip.length; k++) clip[at + k]! += part[k]!;
}

/** Two decimals; JSON has no infinity, so a silent clip reads -99. */
function round(decibels: number): number {
  return Number.isFinite(decibels) ? Math.round(decibels * 100) / 100 : -99;
}
