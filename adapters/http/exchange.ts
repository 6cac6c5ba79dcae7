import type { Resolve } from '../url-check';
import { AnswerUnusable, type WireBody } from './answer-body';
import type { AnswerHeaders, ProviderRequest } from './provider-request';
import type { Reach } from './reach';
import { encodeBody, TrackedBody } from './request-body';
import { send } from './send';

/** The head of an answer and its body, not read yet. */
export interface Exchange {
  status: number;
  headers: AnswerHeaders;
  body: WireBody;
  /** Ends the connection, whatever is still to come. */
  discard(): void;
}

/** Why an exchange broke off: what a fault needs to know, and nothing that anybody said. */
export class ExchangeBroken extends Error {
  constructor(
    /** Whether the provider may have the whole request. */
    readonly handed_over: boolean,
    readonly why: 'timeout' | 'address_refused' | 'nonsense' | 'broken',
  ) {
    super(why);
    this.name = 'ExchangeBroken';
  }
}

export interface Hop {
  reach: Reach;
  request: ProviderRequest;
  headers: Record<string, string>;
  /** Covers every hop of a request together. */
  deadline: AbortSignal;
  resolve?: Resolve;
}

/** A connection that says nothing for so long is given up, whatever the request's own limit. */
const SILENCE_MS = 5 * 60_000;

/**
 * Sends one request and waits for the head of the answer. Nothing is repeated and no redirect is followed here.
 * @throws ExchangeBroken; whatever the caller's signal was aborted with, where the request cannot have arrived
 */
export async function exchange(hop: Hop): Promise<Exchange> {
  const { request, reach, deadline, resolve } = hop;
  const encoded = request.body ? await encodeBody(request.body) : null;
  const body = encoded && encoded.length > 0 ? new TrackedBody(encoded) : null;
  const signal = AbortSignal.any([request.signal, deadline]);
  try {
    signal.throwIfAborted();
    const answer = await send({
      ...{ reach, body, signal, method: request.method, silence_ms: Math.min(SILENCE_MS, request.timeout_ms) },
      headers: {
        ...hop.headers,
        'accept-encoding': 'identity',
        'user-agent': 'Understudy',
        ...(encoded && { 'content-type': encoded.content_type, 'content-length': String(encoded.length) }),
      },
      ...(resolve ? { resolve } : {}),
    });
    const headers = headersOf(answer.headers);
    return {
      status: answer.statusCode ?? 0,
      headers,
      body: { stream: answer, content_length: headers('content-length'), content_encoding: headers('content-encoding') },
      discard: () => void answer.on('error', () => undefined).destroy(),
    };
  } catch (error) {
    const handed_over = body ? body.handed_over : wasTried(error);
    throw textOf(error, 'code').startsWith('HPE_') ? new ExchangeBroken(handed_over, 'nonsense') : brokenBy(error, hop, handed_over);
  }
}

/** What a failure while sending or reading means; a body that ends too early counts as a broken connection. An abort by the caller stays one where nothing can have been accepted. */
export function brokenBy(error: unknown, { request, deadline }: Pick<Hop, 'request' | 'deadline'>, handed_over: boolean): unknown {
  if (error instanceof AnswerUnusable) return error;
  if (request.signal.aborted && !(handed_over && request.purpose === 'submit')) return request.signal.reason;
  if (textOf(error, 'name') === 'UrlRefused') return new ExchangeBroken(handed_over, 'address_refused');
  if (deadline.aborted || textOf(error, 'code') === 'ETIMEDOUT') return new ExchangeBroken(handed_over, 'timeout');
  return new ExchangeBroken(handed_over, 'broken');
}

const NEVER_CONNECTED = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EPROTO|ERR_TLS.*|ERR_SSL.*|CERT.*|.*SELF_SIGNED.*|UNABLE_TO_VERIFY.*)$/;

/** False where no connection came about. Asked for requests without a body only: the others know whether it was read. */
function wasTried(error: unknown): boolean {
  return !NEVER_CONNECTED.test(textOf(error, 'code')) && textOf(error, 'name') !== 'UrlRefused';
}

function textOf(error: unknown, member: string): string {
  const value: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, member) : null;
  return typeof value === 'string' ? value : '';
}

function headersOf(headers: Record<string, string | string[] | undefined>): AnswerHeaders {
  return (name) => {
    const value = headers[name.toLowerCase()];
    return (Array.isArray(value) ? value[0] : value) ?? null;
  };
}
