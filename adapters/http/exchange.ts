import type { Readable } from 'node:stream';
import { request as send } from 'undici';
import { AnswerUnusable, type WireBody } from './answer-body';
import type { Reach } from './reach';
import type { AnswerHeaders, ProviderRequest } from './provider-request';
import { encodeBody, TrackedBody } from './request-body';

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
}

/** Least time that a silent connection is given, whatever the request's own limit. */
const SILENCE_MS = 60_000;

/**
 * Sends one request on a connection of its own and waits for the head of the answer. Nothing is repeated and no redirect
 * is followed here.
 * @throws ExchangeBroken; whatever the caller's signal was aborted with, where the request cannot have arrived
 */
export async function exchange(hop: Hop): Promise<Exchange> {
  const encoded = hop.request.body ? await encodeBody(hop.request.body) : null;
  const tracked = encoded && encoded.length > 0 ? new TrackedBody(encoded) : null;
  try {
    const answer = await send(hop.reach.url, {
      method: hop.request.method,
      dispatcher: hop.reach.agent,
      headers: {
        ...hop.headers,
        'accept-encoding': 'identity',
        'user-agent': 'Understudy',
        ...(encoded && { 'content-type': encoded.content_type, 'content-length': String(encoded.length) }),
      },
      // Iterables are among the bodies that undici documents; its types leave them out.
      body: tracked as unknown as Readable | null,
      signal: AbortSignal.any([hop.request.signal, hop.deadline]),
      headersTimeout: 0,
      bodyTimeout: Math.min(SILENCE_MS, hop.request.timeout_ms),
    });
    const headers = headersOf(answer.headers);
    return {
      status: answer.statusCode,
      headers,
      body: { stream: answer.body, content_length: headers('content-length'), content_encoding: headers('content-encoding') },
      discard: () => void answer.body.on('error', () => undefined).destroy(),
    };
  } catch (error) {
    const handed_over = tracked ? tracked.handed_over : wasTried(error);
    throw textOf(error, 'name') === 'HTTPParserError' ? new ExchangeBroken(handed_over, 'nonsense') : brokenBy(error, hop, handed_over);
  }
}

/** What a failure while sending or reading means; a body that ends too early counts as a broken connection. An abort by the caller stays one where nothing can have been accepted. */
export function brokenBy(error: unknown, { request, deadline }: Pick<Hop, 'request' | 'deadline'>, handed_over: boolean): unknown {
  if (error instanceof AnswerUnusable) return error;
  if (request.signal.aborted && !(handed_over && request.purpose === 'submit')) return request.signal.reason;
  if (textOf(error, 'name') === 'UrlRefused') return new ExchangeBroken(handed_over, 'address_refused');
  if (deadline.aborted || /TIMEOUT|TIMEDOUT/.test(textOf(error, 'code'))) return new ExchangeBroken(handed_over, 'timeout');
  return new ExchangeBroken(handed_over, 'broken');
}

const NEVER_CONNECTED = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EPROTO|UND_ERR_CONNECT_TIMEOUT|ERR_TLS.*|ERR_SSL.*|CERT.*|.*SELF_SIGNED.*|UNABLE_TO_VERIFY.*)$/;

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
