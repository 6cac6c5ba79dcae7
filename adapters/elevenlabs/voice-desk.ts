import { z } from 'zod';
import type { CancelResult, FrozenRequest, JobDesk, JobState, OperationCall, Outcome, ProviderJob, StoredOutcome } from '../capabilities/paid-operation';
import { isProviderFault } from '../capabilities/provider-fault';
import type { ProviderRequest } from '../http/provider-request';
import type { ElevenlabsTools } from './client';

const TIMEOUT_MS = 30_000;
const MAX_BYTES = 8 * 1024 * 1024;
/** The label under which a voice carries the key of the operation that made it. */
export const OPERATION_LABEL = 'understudy_operation';

const VOICE = z.object({
  voice_id: z.string().min(1),
  labels: z.record(z.string(), z.string().nullable()).nullish(),
  voice_verification: z.object({ requires_verification: z.boolean().nullish() }).nullish(),
});
/** What the frozen request of a clone has, and no other. */
const CLONE = z.object({ consent_sha256: z.string() });
const VOICES = z.object({ voices: z.array(VOICE) });

/** Looks for cloned voices by their label, so that a clone of unknown fate is adopted and not made again. */
export function voiceDesk(tools: ElevenlabsTools): Required<Pick<JobDesk, 'find' | 'poll' | 'cancel' | 'forget'>> {
  return {
    find: (request, call) => findVoice(tools, request, call),
    poll: (job, _request, call) => lookAtVoice(tools, job, call),
    cancel: (job, _request, call) => deleteVoice(tools, job, call),
    forget: (outcome, call) => forgetVoice(tools, outcome, call),
  };
}

async function findVoice({ http }: ElevenlabsTools, { body }: FrozenRequest, call: OperationCall): Promise<ProviderJob | null> {
  // Speech leaves nothing that could be found. A clone is one, whatever model is configured today.
  if (!CLONE.safeParse(body).success) return null;
  const { value } = await http.json(ask('GET', '/v1/voices', call), VOICES);
  const found = value.voices.find(({ labels }) => labels?.[OPERATION_LABEL] === call.operation_key);
  return found ? { id: found.voice_id } : null;
}

/** A voice that exists is done: there is nothing to wait for. */
async function lookAtVoice({ http, tariff }: ElevenlabsTools, { id }: ProviderJob, call: OperationCall): Promise<JobState> {
  const { value } = await http.json(ask('GET', pathOf(id), call), VOICE);
  const requires_verification = value.voice_verification?.requires_verification ?? false;
  return { kind: 'succeeded', outcome: voiceOutcome({ voice_id: value.voice_id, requires_verification }, tariff.voice.micro_usd) };
}

/** A cancelled clone is taken back: nobody's voice stays where it is not needed. */
async function deleteVoice({ http }: ElevenlabsTools, { id }: ProviderJob, call: OperationCall): Promise<CancelResult> {
  await http.json(ask('DELETE', pathOf(id), call), z.object({}));
  return 'cancelled';
}

async function forgetVoice(tools: ElevenlabsTools, { meta }: StoredOutcome, call: OperationCall): Promise<void> {
  const made = z.object({ voice_id: z.string().min(1) }).safeParse(meta);
  // Speech leaves nothing of a person behind.
  if (!made.success) return;
  try {
    await deleteVoice(tools, { id: made.data.voice_id }, call);
  } catch (error) {
    if (!isProviderFault(error) || error.kind !== 'expired') throw error;
  }
}

/** What a clone leaves: its id, and whether the provider wants to see a proof before it speaks. */
export function voiceOutcome(meta: { voice_id: string; requires_verification: boolean }, cost_micro_usd: number): Outcome {
  return { files: [], meta, cost_micro_usd, cost_source: 'tariff' };
}

function pathOf(id: string): string {
  return `/v1/voices/${encodeURIComponent(id)}`;
}

function ask(method: 'GET' | 'DELETE', path: string, call: OperationCall): ProviderRequest {
  return { purpose: 'poll', method, to: { path }, timeout_ms: TIMEOUT_MS, max_bytes: MAX_BYTES, signal: call.signal };
}
