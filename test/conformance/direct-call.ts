import type { Finishing } from '../../adapters/capabilities/finishing';
import type { PaidOperation } from '../../adapters/capabilities/paid-operation';
import type { CapabilityAdapters, ProviderAccount, ProviderFamily } from '../../adapters/provider-family';
import type { WorkContext } from '../../adapters/capabilities/adapter';
import { ANY_VOICE, type AssetRef } from '../../contracts/media';
import type { SpeechRequest } from '../../adapters/capabilities/speech';
import { Secret } from '../../contracts/secret';
import { captureOperation } from './capture';

/** The operation that some work of a family comes to, with a file for each asset that the request takes along. */
export async function directCall(
  family: ProviderFamily,
  place: { base_url: string; finishing?: Partial<Finishing>; open?: (asset: AssetRef) => Promise<string> },
  perform: (adapters: CapabilityAdapters, context: WorkContext) => Promise<unknown>,
): Promise<PaidOperation> {
  const account: ProviderAccount = { api_key: new Secret('conformance-key'), base_url: place.base_url, max_in_flight: null, requests_per_minute: null, tariff_file: null };
  const { adapters } = await family.load({ account, finishing: { ...place.finishing } as Finishing, now: () => new Date() });
  const operation = await captureOperation((context) => perform(adapters as CapabilityAdapters, context));
  const { open } = place;
  return open ? { ...operation, submit: (request, call) => operation.submit(request, { ...call, open }) } : operation;
}

/** A sentence for a voice of the family's own choice. */
export function sentence(transcript: string): SpeechRequest {
  const params = { rate: 1, pitch: 1, formant: 1 };
  const voice = { kind: 'stock', family: ANY_VOICE, engine: 'auto', voice_id: ANY_VOICE, params, measured: null, residual: null, sample_sha256: null, warnings: [], licence: '', disclosure: '' } as const;
  return { transcript, language: 'en', voice: { ...voice, warnings: [] }, rate: 1, pitch: 1, lexicon: {}, loudness_lufs: -16, previous_text: null, next_text: null };
}

/** That the only file begins as files of its kind do. */
export function expectStart(files: Record<string, Buffer>, start: string): void {
  expect(Object.values(files).map((bytes) => bytes.toString('latin1', 0, start.length))).toEqual([start]);
}
