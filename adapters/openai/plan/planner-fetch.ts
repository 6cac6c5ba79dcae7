import { z } from 'zod';
import type { OperationCall } from '../../capabilities/paid-operation';
import { ProviderFault } from '../../capabilities/provider-fault';
import type { JsonAnswer } from '../../http/provider-request';
import type { ProviderHttp } from '../../http/provider-http';
import { requestIdOf } from '../../http/answer-fault';
import { OPENAI } from '../client';

const TIMEOUT_MS = 180_000;
const MAX_BYTES = 4 * 1024 * 1024;

/** As much of an answer as tells why there is none; the rest goes on as it is. */
const ANSWER = z.looseObject({
  error: z.looseObject({ code: z.string().nullish() }).nullish(),
  incomplete_details: z.looseObject({ reason: z.string().nullish() }).nullish(),
  output: z.array(z.looseObject({ content: z.array(z.looseObject({ type: z.string() })).nullish() })),
});
type Answer = z.infer<typeof ANSWER>;

/**
 * A `fetch` for the AI SDK that goes through our own client: it knows whether a request was fully sent, follows no redirect,
 * adds the key itself and throws faults without a word of what was said.
 */
export function plannerFetch(http: ProviderHttp, call: OperationCall): typeof fetch {
  return async (input, init) => {
    const path = pathBelow(http.base, input);
    const json: unknown = JSON.parse(typeof init?.body === 'string' ? init.body : 'null');
    const answer = await http.json(
      { purpose: 'submit', method: 'POST', to: { path }, body: { json }, timeout_ms: TIMEOUT_MS, max_bytes: MAX_BYTES, signal: call.signal },
      ANSWER,
    );
    refuseEmpty(answer);
    return new Response(JSON.stringify(answer.value), { status: answer.status, headers: { 'content-type': 'application/json' } });
  };
}

function pathBelow(base: URL, input: string | URL | Request): string {
  const url = new URL(input instanceof Request ? input.url : input);
  return url.pathname.slice(base.pathname.replace(/\/$/, '').length) + url.search;
}

/** A model that will not answer says so in an answer that is otherwise fine, and paid. @throws ProviderFault */
function refuseEmpty({ value, headers }: JsonAnswer<Answer>): void {
  const isRefused = value.output.some(({ content }) => content?.some(({ type }) => type === 'refusal')) || value.incomplete_details?.reason === 'content_filter';
  const provider_request_id = requestIdOf(headers);
  if (isRefused) throw new ProviderFault(OPENAI, { kind: 'content_rejected', charged: 'yes', provider_request_id });
  if (value.error) throw new ProviderFault(OPENAI, { kind: value.error.code === 'rate_limit_exceeded' ? 'rate_limited' : 'down', charged: 'unknown', provider_request_id });
}
