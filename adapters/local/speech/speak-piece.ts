import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ComputePool } from '../compute/pool';
import type { PieceTiming } from './align/word-times';
import { FLITE_ENGINE } from './engines/flite';
import { speakRhvoice } from './engines/rhvoice';
import type { SpokenToken } from './text/normalise';
import type { LocalVoice } from './voices';

export interface PieceRequest {
  voice: LocalVoice;
  tokens: SpokenToken[];
  /** 2 is twice as fast. */
  rate: number;
  wav: string;
  signal: AbortSignal;
}

export interface PieceSpeech {
  timing: PieceTiming;
  confidence: number;
}

export type SpeakPiece = (request: PieceRequest) => Promise<PieceSpeech>;

/** Speaks a piece with whichever engine the voice has, and finds its times where the engine does not tell them. */
export function createSpeakPiece(pool: ComputePool, cacheDir: string | null): SpeakPiece {
  const speak: SpeakPiece = (request) =>
    request.voice.engine === 'flite' ? withFlite(pool, request) : withRhvoice(pool, request);
  return cacheDir === null ? speak : (request) => cached(speak, cacheDir, request);
}

async function withFlite(
  pool: ComputePool,
  { voice, tokens, rate, wav, signal }: PieceRequest,
): Promise<PieceSpeech> {
  if (voice.engine !== 'flite') throw new Error('Not a flite voice.');
  const args = { voice: voice.name, tokens, stretch: 1 / rate, wav };
  return { timing: await pool.run('speech.speak_flite', args, { signal }), confidence: 1 };
}

async function withRhvoice(
  pool: ComputePool,
  { voice, tokens, rate, wav, signal }: PieceRequest,
): Promise<PieceSpeech> {
  if (voice.engine !== 'rhvoice' || voice.program === null) throw new Error('RHVoice is not installed.');
  await speakRhvoice({ program: voice.program, voice: voice.name, tokens, rate, wav, signal });
  const reference = voice.median_f0_hz > 150 ? ('slt' as const) : ('rms' as const);
  const args = { wav, pieces: [tokens], reference, scratch: `${wav}.reference` };
  const { pieces, confidence } = await pool.run('speech.align', args, { signal });
  return { timing: pieces[0] ?? { phones: [], spans: [] }, confidence };
}

/** Engines are deterministic, so a piece that was spoken once need not be spoken again. Keyed by all that is heard. */
async function cached(speak: SpeakPiece, cacheDir: string, request: PieceRequest): Promise<PieceSpeech> {
  const { voice, tokens, rate, wav } = request;
  const spoken = tokens.map(({ words, pause }) => [words, pause]);
  const key = createHash('sha256')
    .update(JSON.stringify([1, FLITE_ENGINE, voice.voice_id, rate, spoken]))
    .digest('hex');
  const [sound, times] = [path.join(cacheDir, `${key}.wav`), path.join(cacheDir, `${key}.json`)];
  const known = await readFile(times, 'utf8').catch(() => null);
  if (known !== null) {
    await copyFile(sound, wav);
    return JSON.parse(known) as PieceSpeech;
  }
  const made = await speak(request);
  await mkdir(cacheDir, { recursive: true });
  await copyFile(wav, `${wav}.cache`);
  await rename(`${wav}.cache`, sound).catch(() => copyFile(wav, sound));
  // The times come last: they say that the sound is complete.
  await writeFile(`${times}.${process.pid}`, JSON.stringify(made));
  await rename(`${times}.${process.pid}`, times);
  return made;
}
