import { Secret } from '../../../contracts/secret';
import type { Finishing } from '../../../adapters/capabilities/finishing';
import { OPENAI_FAMILY } from '../../../adapters/openai/family';
import type { CapabilityAdapters } from '../../../adapters/provider-family';

export const CANARY_KEY = 'sk-canary-0451';

/** The family's four adapters at an address of this machine. */
export async function openaiAt(url: string, finishing: Finishing): Promise<Pick<CapabilityAdapters, 'plan' | 'image' | 'speech' | 'background'>> {
  const account = { api_key: new Secret(CANARY_KEY), base_url: `${url}/v1`, max_in_flight: null, requests_per_minute: null, tariff_file: null };
  const { adapters } = await OPENAI_FAMILY.load({ account, finishing, now: () => new Date('2026-11-25T00:00:00Z') });
  const { plan, image, speech, background } = adapters;
  if (!plan || !image || !speech || !background) throw new Error('The family offers less than it says.');
  return { plan, image, speech, background };
}

/** An answer of the Responses API that holds a text, with all members that the published description requires. */
export function responseOf(text: string, over: Record<string, unknown> = {}): object {
  return {
    id: 'resp_1', object: 'response', created_at: 1_764_000_000, status: 'completed', error: null, incomplete_details: null,
    instructions: null, max_output_tokens: null, model: 'gpt-5.4-mini', parallel_tool_calls: true, tool_choice: 'auto', tools: [],
    temperature: 1, top_p: 1, metadata: {}, store: false, truncation: 'disabled', background: false, previous_response_id: null,
    output: [{ id: 'msg_1', type: 'message', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text, annotations: [], logprobs: [] }] }],
    usage: { input_tokens: 1_000, input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 }, output_tokens: 200, output_tokens_details: { reasoning_tokens: 50 }, total_tokens: 1_200 },
    ...over,
  };
}
