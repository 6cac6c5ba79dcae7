import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Part } from './provider-request';
import type { EncodedBody } from './request-body';

/** A form of text fields and streamed files as `multipart/form-data` (RFC 7578), of known length. */
export async function encodeMultipart(parts: readonly Part[]): Promise<EncodedBody> {
  const boundary = `understudy-${randomUUID()}`;
  const end = Buffer.from(`--${boundary}--\r\n`);
  const heads = parts.map((part) => Buffer.from(`--${boundary}\r\n${headOf(part)}\r\n\r\n`));
  let length = end.length;
  for (const [index, part] of parts.entries()) length += (heads[index]?.length ?? 0) + (await sizeOf(part)) + 2;
  return {
    content_type: `multipart/form-data; boundary=${boundary}`,
    length,
    async *chunks() {
      for (const [index, part] of parts.entries()) {
        yield heads[index] ?? Buffer.alloc(0);
        if ('text' in part) yield Buffer.from(part.text);
        else yield* createReadStream(part.file) as AsyncIterable<Uint8Array>;
        yield Buffer.from('\r\n');
      }
      yield end;
    },
  };
}

async function sizeOf(part: Part): Promise<number> {
  return 'text' in part ? Buffer.byteLength(part.text) : (await stat(part.file)).size;
}

function headOf(part: Part): string {
  const name = `content-disposition: form-data; name="${quoted(part.name)}"`;
  return 'text' in part ? name : `${name}; filename="${quoted(part.file_name)}"\r\ncontent-type: ${part.content_type}`;
}

/** As browsers write names (WHATWG HTML, multipart/form-data encoding): the three characters that could end one. */
function quoted(text: string): string {
  return text.replace(/\n/g, '%0A').replace(/\r/g, '%0D').replace(/"/g, '%22');
}
