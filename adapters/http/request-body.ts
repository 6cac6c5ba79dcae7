import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { RequestBody } from './provider-request';
import { encodeMultipart } from './multipart';

/** A body of known length that is read once. */
export interface EncodedBody {
  content_type: string;
  length: number;
  chunks(): AsyncIterable<Uint8Array>;
}

/** Bytes of a body; files are streamed, never held. */
export async function encodeBody(body: RequestBody): Promise<EncodedBody> {
  if ('parts' in body) return encodeMultipart(body.parts);
  if ('file' in body) return { content_type: body.content_type, length: (await stat(body.file)).size, chunks: () => createReadStream(body.file) };
  const bytes = Buffer.from(JSON.stringify(body.json));
  return { content_type: 'application/json', length: bytes.length, chunks: () => once(bytes) };
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}

/**
 * Passes a body on and remembers whether all of it left our hands. Until then a provider cannot have the whole request, so
 * nothing can have been accepted; from then on nobody knows. Said a little too early rather than too late: when the last
 * chunk is asked for, not when it is on the wire. No stream, because a stream reads ahead of the connection.
 */
export class TrackedBody implements AsyncIterable<Uint8Array> {
  private passed = 0;

  constructor(private readonly body: EncodedBody) {}

  get handed_over(): boolean {
    return this.passed >= this.body.length;
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    for await (const chunk of this.body.chunks()) {
      this.passed += chunk.length;
      yield chunk;
    }
  }
}
