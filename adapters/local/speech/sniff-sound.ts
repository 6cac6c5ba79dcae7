import { open } from 'node:fs/promises';
import type { InputFormat } from '../ffmpeg';

const HEAD_BYTES = 16;

/**
 * ffmpeg's demuxer for a sound file by its first bytes: WAV, MP3, MP4/M4A/MOV, Ogg, FLAC or WebM. Null for everything
 * else, above all for playlists and text, through which ffmpeg would open other files.
 */
export async function sniffSound(file: string): Promise<InputFormat | null> {
  const handle = await open(file);
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    const { bytesRead } = await handle.read(head, 0, HEAD_BYTES, 0);
    return bytesRead < HEAD_BYTES ? null : formatOf(head);
  } finally {
    await handle.close();
  }
}

function formatOf(head: Buffer): InputFormat | null {
  const text = head.toString('latin1');
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'WAVE') return 'wav';
  if (text.startsWith('OggS')) return 'ogg';
  if (text.startsWith('fLaC')) return 'flac';
  if (text.slice(4, 8) === 'ftyp') return 'mov';
  if (text.startsWith('\x1a\x45\xdf\xa3')) return 'matroska';
  return text.startsWith('ID3') || isMpegAudioFrame(head) ? 'mp3' : null;
}

/** Sync word, a layer, a bit rate and a sample rate that exist (ISO/IEC 11172-3). */
function isMpegAudioFrame(head: Buffer): boolean {
  const [first = 0, second = 0, third = 0] = head;
  const hasSync =
    first === 0xff && (second & 0xe0) === 0xe0 && (second & 0x18) !== 0x08 && (second & 0x06) !== 0;
  return hasSync && (third & 0xf0) !== 0xf0 && (third & 0x0c) !== 0x0c;
}
