import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ContentDamaged, ContentTooLarge, type StoredContent } from './asset-store';

export interface SpooledContent extends StoredContent {
  path: string;
}

/** Writes a stream to a file, durably, and hashes it on the way; the file is gone again when anything fails. */
export async function spool(
  source: Readable | { path: string },
  target: string,
  limitBytes = Number.POSITIVE_INFINITY,
): Promise<SpooledContent> {
  const meter = new Meter(limitBytes);
  const input = source instanceof Readable ? source : createReadStream(source.path);
  try {
    await pipeline(input, meter, createWriteStream(target, { mode: 0o600, flush: true }));
  } catch (error) {
    await rm(target, { force: true });
    throw error;
  }
  return { path: target, ...meter.result() };
}

/** Counts and hashes what passes through. */
class Meter extends Transform {
  private readonly hash = createHash('sha256');
  private bytes = 0;

  constructor(private readonly limitBytes: number) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: (error: Error | null, chunk?: Buffer) => void): void {
    this.bytes += chunk.length;
    if (this.bytes > this.limitBytes) return done(new ContentTooLarge(this.limitBytes));
    this.hash.update(chunk);
    done(null, chunk);
  }

  result(): StoredContent {
    return { sha256: this.hash.digest('hex'), bytes: this.bytes };
  }
}

/** Lets bytes pass and fails at the end when they do not have this digest. */
export function verifying(sha256: string): Transform {
  const hash = createHash('sha256');
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
    flush(done) {
      done(hash.digest('hex') === sha256 ? null : new ContentDamaged());
    },
  });
}

/** Passes a source through the check; an error of the source reaches the reader, and the reader's end the source. */
export function verified(source: Readable, sha256: string): Readable {
  const check = verifying(sha256);
  source.once('error', (error) => check.destroy(error));
  check.once('close', () => source.destroy());
  return source.pipe(check);
}

/** Fills a file beside its final place and moves it there in one step. */
export async function writeWhole(source: Readable, target: string): Promise<void> {
  await mkdir(path.dirname(target), { recursive: true });
  const beside = `${target}.${randomBytes(6).toString('hex')}.part`;
  try {
    await pipeline(source, createWriteStream(beside, { mode: 0o600 }));
    await rename(beside, target);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}
