/** Bytes from the start of a file that are needed to tell what it is. */
export const MAGIC_LENGTH = 16;

/** Signatures at their offsets; the first that fits holds. */
const SIGNATURES: readonly [content_type: string, ...marks: [offset: number, mark: string][]][] = [
  ['image/png', [0, '\x89PNG\r\n\x1a\n']],
  ['image/jpeg', [0, '\xff\xd8\xff']],
  ['image/webp', [0, 'RIFF'], [8, 'WEBP']],
  ['image/gif', [0, 'GIF8']],
  ['image/avif', [4, 'ftypavif']],
  ['image/heic', [4, 'ftyphei']],
  ['audio/mp4', [4, 'ftypM4A']],
  ['video/quicktime', [4, 'ftypqt']],
  ['video/mp4', [4, 'ftyp']],
  ['video/webm', [0, '\x1a\x45\xdf\xa3']],
  ['audio/wav', [0, 'RIFF'], [8, 'WAVE']],
  ['audio/flac', [0, 'fLaC']],
  ['audio/ogg', [0, 'OggS']],
  ['audio/mpeg', [0, 'ID3']],
];

/** What a file is by its first bytes (at least MAGIC_LENGTH, where it has so many); null for what no provider should send. */
export function contentTypeOf(start: Uint8Array): string | null {
  const text = Buffer.from(start.subarray(0, MAGIC_LENGTH)).toString('latin1');
  const found = SIGNATURES.find(([, ...marks]) => marks.every(([offset, mark]) => text.startsWith(mark, offset)));
  if (found) return found[0];
  return isMpegFrame(start) ? 'audio/mpeg' : null;
}

/** The eleven set bits that begin an MPEG audio frame, and a layer (ISO 11172-3 §2.4.1.3). */
function isMpegFrame(start: Uint8Array): boolean {
  const [first = 0, second = 0] = start;
  return first === 0xff && (second & 0xe0) === 0xe0 && (second & 0x06) !== 0;
}
