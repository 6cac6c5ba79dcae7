import { mkdtempSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JobState, OperationCall, Outcome, PaidOperation, ProviderJob } from '../../adapters/capabilities/paid-operation';
import { isProviderFault, type FaultFacts } from '../../adapters/capabilities/provider-fault';
import type { AssetRef } from '../../contracts/media';

/** Time that a hanging provider is given here; the adapters' own limits are minutes. */
const PATIENCE_MS = 1_000;

export function callOf(options: { signal?: AbortSignal; webhook_url?: string | null; open?: (asset: AssetRef) => Promise<string> } = {}): OperationCall {
  return {
    operation_key: 'op_conformance',
    tenant: 'demo',
    signal: options.signal ?? new AbortController().signal,
    dir: mkdtempSync(path.join(os.tmpdir(), 'understudy-drive-')),
    open: options.open ?? (() => Promise.reject(new Error('nothing to open'))),
    lend: (asset) => Promise.resolve(`https://assets.example/${asset.asset_id}?X-Amz-Signature=canary`),
    webhook_url: options.webhook_url ?? null,
  };
}

/** Gives up like a job that is cancelled, so that a test of a hanging provider ends. */
export function impatient(): OperationCall {
  return callOf({ signal: AbortSignal.timeout(PATIENCE_MS) });
}

/** Sends an operation once and, for a job, asks until it has ended; what a poll cannot say is asked again, as in the product. */
export async function carryOut(operation: PaidOperation, call: OperationCall): Promise<{ outcome: Outcome; files: Record<string, Buffer> }> {
  const submission = await operation.submit(operation.request, call);
  if (submission.kind === 'finished') return { outcome: submission.outcome, files: await filesOf(operation, submission.outcome, call) };
  return collect(operation, submission.job, call);
}

/** Waits for a job and fetches what it made. @throws JobEnded where it made nothing */
export async function collect(operation: PaidOperation, job: ProviderJob, call: OperationCall): Promise<{ outcome: Outcome; files: Record<string, Buffer> }> {
  const state = await pollToEnd(operation, job, call);
  if (state.kind !== 'succeeded') throw new JobEnded(state);
  return { outcome: state.outcome, files: await filesOf(operation, state.outcome, call) };
}

/** A job that ended without a result. */
export class JobEnded extends Error {
  constructor(readonly state: JobState) {
    super(state.kind);
    this.name = 'JobEnded';
  }
}

export async function accept(operation: PaidOperation, call: OperationCall): Promise<ProviderJob> {
  const submission = await operation.submit(operation.request, call);
  if (submission.kind !== 'accepted') throw new Error('The provider answered at once.');
  return submission.job;
}

export async function pollToEnd(operation: PaidOperation, job: ProviderJob, call: OperationCall): Promise<JobState> {
  if (!operation.poll) throw new Error('The operation cannot be polled.');
  for (;;) {
    try {
      const state = await operation.poll(job, operation.request, call);
      if (state.kind !== 'pending') return state;
    } catch (error) {
      if (!isProviderFault(error) || !['down', 'timeout', 'rate_limited', 'protocol'].includes(error.kind)) throw error;
    }
    await sleep(5);
  }
}

export async function filesOf(operation: PaidOperation, outcome: Outcome, call: OperationCall): Promise<Record<string, Buffer>> {
  const files: Record<string, Buffer> = {};
  for (const file of outcome.files) {
    const local = file.from === 'file' ? file.path : path.join(call.dir, file.name);
    if (file.from === 'url') await operation.download?.(file, local, call);
    files[file.name] = await readFile(local);
  }
  return files;
}

/** The facts of the fault, or of the failed job, that a call ends with; anything else fails the test. */
export async function faultOf(call: Promise<unknown>): Promise<FaultFacts> {
  try {
    await call;
  } catch (error) {
    if (isProviderFault(error)) {
      expect(`${error.message} ${JSON.stringify(error)} ${error.stack}`).not.toMatch(/canary|Amz-Signature|conformance-key/);
      return error.facts();
    }
    if (error instanceof JobEnded && error.state.kind === 'failed') return error.state.fault;
    throw error;
  }
  throw new Error('The call succeeded.');
}
