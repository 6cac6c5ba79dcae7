import { open } from 'node:fs/promises';
import { contentTypeOf, MAGIC_LENGTH } from './magic-bytes';

/** Why an answer cannot be used although its status was fine. */
export class AnswerUnusable extends Error {
  constructor(readonly why: 'file_too_large' | 'json_too_large' | 'length_differs' | 'encoded' | 'not_json' | 'not_media') {
    super(why);
    this.name = 'AnswerUnusable';
  }
}

/** A body as it comes off the wire, with the two headers that speak about it. */
export interface WireBody {
  stream: AsyncIterable<Uint8Array>;
  content_length: string | null;
  content_encoding: string | null;
}

/** @throws AnswerUnusable, or whatever broke the connection */
export async function readJson(body: WireBody, max_bytes: number): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  await take(body, { max_bytes, over: 'json_too_large' }, async (chunk) => void chunks.push(chunk));
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new AnswerUnusable('not_json');
  }
}

/** Writes a body to a new file and tells what it is by its first bytes. @throws AnswerUnusable, or whatever broke */
export async function readFile(body: WireBody, max_bytes: number, path: string): Promise<{ bytes: number; content_type: string }> {
  const file = await open(path, 'w');
  try {
    const bytes = await take(body, { max_bytes, over: 'file_too_large' }, async (chunk) => void (await file.writeFile(chunk)));
    const content_type = await typeOf(path);
    if (content_type === null) throw new AnswerUnusable('not_media');
    return { bytes, content_type };
  } finally {
    await file.close();
  }
}

async function typeOf(path: string): Promise<string | null> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(MAGIC_LENGTH) });
    return contentTypeOf(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

interface Limit {
  max_bytes: number;
  /** What a longer body is. */
  over: AnswerUnusable['why'];
}

/**
 * Takes a body chunk by chunk. Compressed ones are refused, since none was asked for and a small one may unfold to
 * anything; so is one that is longer than the limit, or not as long as it said.
 */
async function take(body: WireBody, limit: Limit, keep: (chunk: Uint8Array) => Promise<void>): Promise<number> {
  const encoding = body.content_encoding?.toLowerCase() ?? 'identity';
  const said = body.content_length === null ? null : Number(body.content_length);
  if (encoding !== 'identity') throw new AnswerUnusable('encoded');
  if (said !== null && said > limit.max_bytes) throw new AnswerUnusable(limit.over);
  let bytes = 0;
  for await (const chunk of body.stream) {
    bytes += chunk.length;
    if (bytes > limit.max_bytes) throw new AnswerUnusable(limit.over);
    await keep(chunk);
  }
  if (said !== null && said !== bytes) throw new AnswerUnusable('length_differs');
  return bytes;
}
