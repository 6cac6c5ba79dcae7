import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { WorkContext } from '../../../adapters/capabilities/adapter';
import type { Outcome, OperationCall, PaidOperation, StoredOutcome } from '../../../adapters/capabilities/paid-operation';
import { createTestContext, type TestContext } from '../local/assembly/test-context';

/** A work context that carries out each operation once, by submit alone, and remembers it. The real runner is tested in test/operations. */
export interface PaidContext extends WorkContext {
  put: TestContext['put'];
  operations: PaidOperation[];
  outcomes: Outcome[];
  callFor(operation_key: string): Promise<OperationCall>;
  remove(): Promise<void>;
}

export async function createPaidContext(): Promise<PaidContext> {
  const context = await createTestContext();
  const operations: PaidOperation[] = [];
  const outcomes: Outcome[] = [];
  const callFor = async (operation_key: string): Promise<OperationCall> => {
    const dir = path.join(context.dir, operation_key);
    await mkdir(dir, { recursive: true });
    const lend = () => Promise.reject(new Error('nothing is lent here'));
    return { operation_key, tenant: 'acme', signal: context.signal, dir, open: context.open, lend, webhook_url: null };
  };
  const operate = async (operation: PaidOperation): Promise<StoredOutcome> => {
    operations.push(operation);
    const made = await operation.submit(operation.request, await callFor(`op_${operations.length}`));
    if (made.kind !== 'finished') throw new Error('This provider has no jobs to wait for.');
    outcomes.push(made.outcome);
    return store(context, made.outcome);
  };
  return { ...context, operate, operations, outcomes, callFor };
}

async function store(context: TestContext, { files, meta }: Outcome): Promise<StoredOutcome> {
  const stored: StoredOutcome = { files: {}, meta };
  for (const file of files) {
    if (file.from !== 'file') throw new Error('This provider sends bytes, not addresses.');
    stored.files[file.name] = await context.store(file.kind, file);
  }
  return stored;
}
