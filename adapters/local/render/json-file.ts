import { readFile } from 'node:fs/promises';

/**
 * A JSON document of this product from a verified asset. The type is the caller's claim: assets are written by our own
 * adapters and found by the digest of their bytes.
 */
export async function readJsonFile<Document>(file: string): Promise<Document> {
  return JSON.parse(await readFile(file, 'utf8')) as Document;
}
