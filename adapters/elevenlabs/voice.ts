import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '../../contracts/digest';
import type { VoiceProfile } from '../../contracts/media';
import type { Support, Traits } from '../capabilities/adapter';
import type { FrozenRequest, OperationCall, PaidOperation, Submission } from '../capabilities/paid-operation';
import { ProviderFault } from '../capabilities/provider-fault';
import type { VoiceAdapter, VoiceRequest } from '../capabilities/voice';
import { ONE_CALL, paidAdapter } from '../paid-adapter';
import { ELEVENLABS, type ElevenlabsTools } from './client';
import { OPERATION_LABEL, voiceDesk, voiceOutcome } from './voice-desk';

const TIMEOUT_MS = 120_000;
const MAX_BYTES = 1024 * 1024;
/** Made at once, and found again by its label. */
const TRAITS: Traits = { ...ONE_CALL, dedupe: 'client_reference', cancel: 'any', inputs: 'upload' };

const BODY = z.object({ name: z.string(), consent_sha256: z.string() });
const ANSWER = z.object({ voice_id: z.string().min(1), requires_verification: z.boolean().default(false) });

const FILE_NAMES: Record<string, string> = { 'audio/mpeg': 'sample.mp3', 'audio/mp4': 'sample.m4a', 'audio/ogg': 'sample.ogg', 'audio/flac': 'sample.flac', 'audio/webm': 'sample.webm' };

/** A voice sample to a clone of the voice, with the consent of the person who is heard. */
export function elevenlabsVoice(tools: ElevenlabsTools): VoiceAdapter {
  const { finishing, tariff } = tools;
  const { model, micro_usd } = tariff.voice;
  return {
    ...paidAdapter('voice', { family: ELEVENLABS, model, traits: TRAITS }),
    supports: (request) => supports(tools, request),
    estimate: () => ({ low: micro_usd, high: micro_usd }),
    async perform(request, context) {
      const consent = consentDigest(request);
      const sample = request.report ?? (await finishing.voiceSample(request.sample, context));
      const stored = await context.operate(cloneOperation(tools, request, consent));
      return { profile: profileOf(tools, { request, sample, made: ANSWER.parse(stored.meta) }) };
    },
  };
}

function supports({ tariff }: ElevenlabsTools, { consent, sample }: VoiceRequest): Support {
  if (!consent) return { ok: false, reason: 'A voice is cloned only with the consent of the person who is heard.' };
  const most = tariff.voice.largest_sample_bytes;
  return sample.bytes <= most ? { ok: true } : { ok: false, reason: `A voice sample may have at most ${most} bytes; send a shorter or a compressed one.` };
}

/** What the person said stays here; the provider gets a digest by which the consent can be proved. @throws ProviderFault without consent */
function consentDigest({ consent }: VoiceRequest): string {
  if (!consent) throw new ProviderFault(ELEVENLABS, { kind: 'bad_input', charged: 'no' });
  return createHash('sha256').update(canonicalJson(consent)).digest('hex');
}

function cloneOperation(tools: ElevenlabsTools, { sample }: VoiceRequest, consent_sha256: string): PaidOperation {
  const { model, micro_usd } = tools.tariff.voice;
  // Named by its sample: the person's name is nothing that the provider needs.
  const body = { name: `understudy-${sample.sha256.slice(0, 12)}`, consent_sha256 };
  return {
    ...voiceDesk(tools),
    family: ELEVENLABS,
    part: '',
    traits: TRAITS,
    estimate: { low: micro_usd, high: micro_usd },
    request: { model, body, assets: { sample } },
    submit: (frozen, call) => cloneVoice(tools, frozen, call),
  };
}

async function cloneVoice({ http, tariff }: ElevenlabsTools, { body, assets }: FrozenRequest, call: OperationCall): Promise<Submission> {
  const { name, consent_sha256 } = BODY.parse(body);
  const sample = assets['sample'];
  if (!sample) throw new ProviderFault(ELEVENLABS, { kind: 'bad_input', charged: 'no' });
  const labels = JSON.stringify({ [OPERATION_LABEL]: call.operation_key, understudy_consent: consent_sha256 });
  const file = { name: 'files', file: await call.open(sample), file_name: FILE_NAMES[sample.content_type] ?? 'sample.wav', content_type: sample.content_type };
  const parts = [{ name: 'name', text: name }, { name: 'labels', text: labels }, { name: 'remove_background_noise', text: 'false' }, file];
  const to = { path: '/v1/voices/add' };
  const { value } = await http.json({ purpose: 'submit', method: 'POST', to, body: { parts }, timeout_ms: TIMEOUT_MS, max_bytes: MAX_BYTES, signal: call.signal }, ANSWER);
  return { kind: 'finished', outcome: voiceOutcome(value, tariff.voice.micro_usd) };
}

interface Clone {
  request: VoiceRequest;
  sample: { measured: Record<string, number>; warnings: string[] };
  made: z.infer<typeof ANSWER>;
}

function profileOf({ tariff }: ElevenlabsTools, { request, sample, made }: Clone): VoiceProfile {
  const unproved = made.requires_verification ? ['The provider wants this voice to be verified in its own studio before it speaks.'] : [];
  return {
    kind: 'cloned',
    family: ELEVENLABS,
    engine: tariff.speech.model,
    voice_id: `${ELEVENLABS}:${made.voice_id}`,
    params: { rate: 1, pitch: 1, formant: 1 },
    measured: sample.measured,
    residual: null,
    sample_sha256: request.sample.sha256,
    warnings: [...sample.warnings, ...unproved],
    licence: 'By the terms of the account with ElevenLabs',
    disclosure: 'A synthetic copy of a person’s voice, made with their consent.',
  };
}
