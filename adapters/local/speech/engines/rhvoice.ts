import { spawn } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import type { SpokenToken } from '../text/normalise';
import { toPlainText } from '../text/plain-text';

export interface RhvoiceRequest {
  program: string;
  voice: string;
  tokens: readonly SpokenToken[];
  /** 2 is twice as fast. */
  rate: number;
  /** Where the 24 kHz WAV file goes; the text lies beside it for a moment. */
  wav: string;
  signal: AbortSignal;
}

const TIMEOUT_MS = 60_000;

/** The child ended badly or took too long. Says nothing of what it was to speak. */
export class RhvoiceFailed extends Error {
  constructor(readonly exit: number | null) {
    super(`RHVoice ended with ${exit === null ? 'a signal' : `code ${exit}`}.`);
    this.name = 'RhvoiceFailed';
  }
}

/** Speaks a piece with RHVoice (Debian package) as a child process: its program is GPL, so it is never loaded into ours. */
export async function speakRhvoice({
  program,
  voice,
  tokens,
  rate,
  wav,
  signal,
}: RhvoiceRequest): Promise<void> {
  const text = `${wav}.txt`;
  await writeFile(text, `${toPlainText(tokens)}\n`);
  try {
    const args = ['-p', voice, '-R', '24000', '-r', String(Math.round(rate * 100)), '-i', text, '-o', wav];
    const exit = await runToEnd(program, args, signal);
    signal.throwIfAborted();
    if (exit !== 0) throw new RhvoiceFailed(exit);
  } finally {
    await rm(text, { force: true });
  }
}

function runToEnd(program: string, args: readonly string[], signal: AbortSignal): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'ignore', timeout: TIMEOUT_MS, killSignal: 'SIGKILL' });
    const kill = () => child.kill('SIGKILL');
    signal.addEventListener('abort', kill, { once: true });
    child.once('error', () => reject(new RhvoiceFailed(null)));
    child.once('close', (code) => {
      signal.removeEventListener('abort', kill);
      resolve(code);
    });
  });
}
