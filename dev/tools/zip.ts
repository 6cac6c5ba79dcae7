import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';

/** A file inside a zip archive, as its central directory tells (PKWARE APPNOTE 6.3.10, sections 4.3.12 and 4.3.16). */
export interface ZipMember {
  name: string;
  /** 0 stored, 8 deflated. */
  method: number;
  compressedBytes: number;
  /** Byte position of the member's local header. */
  offset: number;
}

const END_SIGNATURE = 0x06054b50;
const CENTRAL_SIGNATURE = 0x02014b50;
const LOCAL_SIGNATURE = 0x04034b50;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 65_535;

function findEnd(archive: Buffer): number {
  const first = Math.max(0, archive.length - END_BYTES - MAX_COMMENT_BYTES);
  for (let at = archive.length - END_BYTES; at >= first; at--) {
    if (archive.readUInt32LE(at) === END_SIGNATURE) return at;
  }
  throw new Error('not a zip archive: no end record');
}

/** Lists what an archive holds; throws when it is not a zip archive. ZIP64 is not supported (our wheels are far below 4 GB). */
export function listZip(archive: Buffer): ZipMember[] {
  const end = findEnd(archive);
  const count = archive.readUInt16LE(end + 10);
  let at = archive.readUInt32LE(end + 16);
  const members: ZipMember[] = [];
  for (let index = 0; index < count; index++) {
    if (archive.readUInt32LE(at) !== CENTRAL_SIGNATURE)
      throw new Error('damaged zip archive: central directory');
    const nameBytes = archive.readUInt16LE(at + 28);
    members.push({
      name: archive.toString('utf8', at + 46, at + 46 + nameBytes),
      method: archive.readUInt16LE(at + 10),
      compressedBytes: archive.readUInt32LE(at + 20),
      offset: archive.readUInt32LE(at + 42),
    });
    at += 46 + nameBytes + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return members;
}

/** Writes one member of the archive to `file`, streaming, so that a large binary is never held in memory whole. */
export async function extractZipMember(archive: Buffer, member: ZipMember, file: string): Promise<void> {
  const at = member.offset;
  if (archive.readUInt32LE(at) !== LOCAL_SIGNATURE) throw new Error('damaged zip archive: local header');
  const start = at + 30 + archive.readUInt16LE(at + 26) + archive.readUInt16LE(at + 28);
  const source = Readable.from(chunks(archive.subarray(start, start + member.compressedBytes)));
  const target = createWriteStream(file, { mode: 0o755 });
  if (member.method === 0) return pipeline(source, target);
  if (member.method === 8) return pipeline(source, createInflateRaw(), target);
  throw new Error(`zip method ${member.method} is not supported`);
}

function* chunks(bytes: Buffer): Generator<Buffer> {
  const step = 1 << 20;
  for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step);
}
