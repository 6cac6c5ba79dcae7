import { readFile } from 'node:fs/promises';
import type { WorkContext } from '../adapters/capabilities/adapter';
import type { AssetRef } from '../contracts/media';

/** Reads a JSON document that a stage stored. Its type is known because this code wrote it, under this digest. */
export async function readDocument<Document>(context: WorkContext, asset: AssetRef): Promise<Document> {
  return JSON.parse(await readFile(await context.open(asset), 'utf8')) as Document;
}
