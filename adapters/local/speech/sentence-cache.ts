import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { PieceSpeech } from './speak-piece';

/** Spoken pieces by the hash of all that is heard in them. */
export interface SentenceCache {
  /** Writes the sound to `wav` and returns its times; null when it is not known, or not whole. */
  take(key: string, wav: string): Promise<PieceSpeech | null>;
  /** Keeps a piece. A full or read-only disk is no fault of the speech: it is left out then. */
  put(key: string, wav: string, speech: PieceSpeech): Promise<void>;
}

export interface SentenceCacheOptions {
  dir: string;
  /** The oldest go when there are more bytes than this. */
  most_bytes: number;
  /** Pieces that nobody asked for that long go, because they are somebody's words. */
  longest_ms: number;
  now(): number;
}

/** Bytes in front of the sound: the length of the times in JSON, as an unsigned 32 bit number. */
const HEADER_BYTES = 4;
/** The folder is looked through at the first and then at every so many pieces that are kept. */
const SWEEP_EVERY = 64;
/** A half-written file that old was left by a process that died. */
const ABANDONED_MS = 600_000;

/**
 * A folder that several processes may use at once: an entry is one file, it appears by rename, and its content follows
 * from its name, so that two writers of one entry write the same. What was used last stays longest.
 */
export function createSentenceCache(options: SentenceCacheOptions): SentenceCache {
  let kept = 0;
  return {
    take: (key, wav) => take(options, { key, wav }).catch(() => null),
    put: async (key, wav, speech) => {
      await put(options, { key, wav }, speech).catch(() => undefined);
      if (kept++ % SWEEP_EVERY === 0) await sweep(options).catch(() => undefined);
    },
  };
}

interface Entry {
  key: string;
  wav: string;
}

async function take({ dir, now }: SentenceCacheOptions, { key, wav }: Entry): Promise<PieceSpeech> {
  const file = path.join(dir, key);
  const bytes = await readFile(file);
  const start = HEADER_BYTES + bytes.readUInt32LE(0);
  const speech = JSON.parse(bytes.toString('utf8', HEADER_BYTES, start)) as PieceSpeech;
  await writeFile(wav, bytes.subarray(start));
  const used = new Date(now());
  await utimes(file, used, used).catch(() => undefined);
  return speech;
}

async function put({ dir }: SentenceCacheOptions, { key, wav }: Entry, speech: PieceSpeech): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const times = Buffer.from(JSON.stringify(speech));
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32LE(times.length);
  const fresh = path.join(dir, `${key}.${randomUUID()}`);
  try {
    await writeFile(fresh, Buffer.concat([header, times, await readFile(wav)]), { mode: 0o600 });
    await rename(fresh, path.join(dir, key));
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
}

/** Removes what is too old, then the least recently used until the rest fits. A file that another process took is gone anyway. */
async function sweep({ dir, most_bytes, longest_ms, now }: SentenceCacheOptions): Promise<void> {
  const found = await Promise.all((await readdir(dir)).map((name) => look(path.join(dir, name))));
  const entries = found.flatMap((entry) => (entry === null ? [] : [entry])).sort((a, b) => b.used - a.used);
  let bytes = 0;
  for (const entry of entries) {
    const age = now() - entry.used;
    if (!entry.whole && age < ABANDONED_MS) continue;
    bytes += entry.bytes;
    if (!entry.whole || age > longest_ms || bytes > most_bytes) await rm(entry.file, { force: true });
  }
}

async function look(file: string) {
  const facts = await stat(file).catch(() => null);
  if (facts === null || !facts.isFile()) return null;
  return { file, bytes: facts.size, used: facts.mtimeMs, whole: !path.basename(file).includes('.') };
}
