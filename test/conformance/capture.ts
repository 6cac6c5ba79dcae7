import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { WorkContext } from '../../adapters/capabilities/adapter';
import type { PaidOperation } from '../../adapters/capabilities/paid-operation';
import type { AssetRef } from '../../contracts/media';

class Captured extends Error {
  constructor(readonly operation: PaidOperation) {
    super('captured');
  }
}

/** The operation that an adapter's work comes to; the work itself goes no further. */
export async function captureOperation(perform: (context: WorkContext) => Promise<unknown>): Promise<PaidOperation> {
  const nothing = (): Promise<never> => Promise.reject(new Error('not before the purchase'));
  const context: WorkContext = {
    dir: mkdtempSync(path.join(os.tmpdir(), 'understudy-capture-')),
    signal: new AbortController().signal,
    open: nothing,
    store: nothing,
    storeJson: nothing,
    operate: (operation) => Promise.reject(new Captured(operation)),
    progress: () => undefined,
  };
  try {
    await perform(context);
  } catch (error) {
    if (error instanceof Captured) return error.operation;
    throw error;
  }
  throw new Error('The adapter bought nothing.');
}

export function assetOf(name: string, content_type: string): AssetRef {
  return { asset_id: `asset_${name}`, sha256: name.padEnd(64, '0'), content_type, bytes: 1_000 };
}
