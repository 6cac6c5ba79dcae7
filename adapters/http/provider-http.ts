import { parseUrl } from '../../contracts/parse-url';
import { ProviderFault, type FaultFacts, type FaultKind } from '../capabilities/provider-fault';
import type { ProviderAccount } from '../provider-family';
import type { Resolve } from '../url-check';
import { AnswerUnusable, readFile, readJson } from './answer-body';
import { chargedFor, faultOfAnswer, requestIdOf, type Judge } from './answer-fault';
import { brokenBy, exchange, ExchangeBroken, type Exchange, type Hop } from './exchange';
import type { AnswerHeaders, FileAnswer, JsonAnswer, ProviderRequest, Reader } from './provider-request';
import { ProviderReach, type Reach } from './reach';

export interface ProviderHttpOptions {
  family: string;
  /** Where the provider's API lies, unless the account says otherwise. */
  origin: string;
  account: Pick<ProviderAccount, 'api_key' | 'base_url' | 'most'>;
  /** Headers that carry the key; called for each request to the provider's own origin and never kept. */
  authorize(key: string): Record<string, string>;
  /** Reads the family's own error codes. */
  judge?: Judge;
  now(): Date;
  /** How names become addresses; default: the system's DNS. */
  resolve?: Resolve;
}

/**
 * How every provider is asked. One call is one request: nothing is repeated, and only a `fetch` by GET follows redirects,
 * each of which is checked again. Errors are `ProviderFault`s without a word of what was sent or said.
 */
export interface ProviderHttp {
  /** The address that paths are joined to. */
  readonly base: URL;
  /**
   * For answers in JSON that are held in memory. A submit that was answered well but in a way that cannot be read has an
   * unknown fate: it may have been accepted.
   * @throws ProviderFault; the signal's reason when it was aborted before a submit can have arrived
   */
  json<T>(request: ProviderRequest, reader: Reader<T>): Promise<JsonAnswer<T>>;
  /** For answers in bytes, which go straight to a file and must be a picture, sound or film. @throws as `json` */
  file(request: ProviderRequest, path: string): Promise<FileAnswer>;
}

const MOST_REDIRECTS = 3;
/** What is read of a refusal, to find its code. */
const REFUSAL_BYTES = 65_536;

export function createProviderHttp(options: ProviderHttpOptions): ProviderHttp {
  const reach = new ProviderReach({ origin: options.origin, base_url: options.account.base_url });
  const client: Client = { options, reach };
  return {
    base: reach.base,
    json: (wish, reader) => {
      const request = within(options.account.most, wish);
      return ask(client, request, async ({ status, headers, body }) => {
        const parsed = reader.safeParse(await readJson(body, request.max_bytes));
        if (!parsed.success) throw new AnswerUnusable('not_json');
        return { status, headers, value: parsed.data };
      });
    },
    file: (wish, path) => {
      const request = within(options.account.most, wish);
      return ask(client, request, async ({ status, headers, body }) => ({ status, headers, path, ...(await readFile(body, request.max_bytes, path)) }));
    },
  };
}

/** The request within the bounds of the account. */
function within(most: ProviderAccount['most'], request: ProviderRequest): ProviderRequest {
  if (!most) return request;
  return { ...request, timeout_ms: Math.min(request.timeout_ms, most.timeout_ms), max_bytes: Math.min(request.max_bytes, most.bytes) };
}

interface Client {
  options: ProviderHttpOptions;
  reach: ProviderReach;
}

/** One request from its address to the end of its answer. */
async function ask<T>(client: Client, request: ProviderRequest, read: (answer: Exchange) => Promise<T>): Promise<T> {
  const deadline = AbortSignal.timeout(request.timeout_ms);
  let headers: AnswerHeaders = () => null;
  try {
    const answer = await follow(client, request, deadline);
    headers = answer.headers;
    try {
      if (answer.status < 200 || answer.status > 299) throw await refusal(client, request, answer);
      return await read(answer).catch((error: unknown) => Promise.reject(brokenBy(error, { request, deadline }, true)));
    } finally {
      answer.discard();
    }
  } catch (error) {
    throw asFault(error, request, { family: client.options.family, provider_request_id: requestIdOf(headers) });
  }
}

/** Sends the request, and for a result that lies elsewhere goes there, by addresses that are checked one by one. */
async function follow(client: Client, request: ProviderRequest, deadline: AbortSignal): Promise<Exchange> {
  const { resolve } = client.options;
  let reach = targetOf(client, request);
  for (let hops = 0; ; hops += 1) {
    const hop: Hop = { reach, request, deadline, headers: headersFor(client, request, reach), ...(resolve ? { resolve } : {}) };
    const answer = await exchange(hop);
    const location = request.purpose === 'fetch' && request.method === 'GET' ? redirectOf(answer) : null;
    if (location === null) return answer;
    answer.discard();
    const there = parseUrl(location, reach.url);
    const next = there && client.reach.toUrl(there.href);
    if (!next || hops >= MOST_REDIRECTS) throw new ExchangeBroken(true, 'address_refused');
    reach = next;
  }
}

function targetOf({ reach }: Client, { to }: ProviderRequest): Reach {
  const target = 'path' in to ? reach.toPath(to.path) : reach.toUrl(to.url);
  if (!target) throw new ExchangeBroken(false, 'address_refused');
  return target;
}

function redirectOf({ status, headers }: Exchange): string | null {
  return [301, 302, 303, 307, 308].includes(status) ? headers('location') : null;
}

/** The only place where a key is revealed. */
function headersFor({ options }: Client, request: ProviderRequest, reach: Reach): Record<string, string> {
  const wanted = request.auth ?? ('path' in request.to ? 'provider' : 'none');
  if (wanted === 'none' || !reach.own) return { ...request.headers };
  return { ...request.headers, ...options.authorize(options.account.api_key.reveal()) };
}

/** The fault behind an answer that is no success; its text is looked at for codes and forgotten. */
async function refusal({ options }: Client, { purpose }: ProviderRequest, answer: Exchange): Promise<ProviderFault> {
  const body = await readJson(answer.body, REFUSAL_BYTES).catch(() => null);
  const { status, headers } = answer;
  return new ProviderFault(options.family, faultOfAnswer({ purpose, status, headers, body }, options.judge ?? null, options.now()));
}

/** A broken exchange or an unusable answer as one of the thirteen kinds; anything else stays what it is. */
function asFault(error: unknown, { purpose }: ProviderRequest, about: { family: string; provider_request_id: string | null }): unknown {
  const kind = faultKindOf(error, purpose === 'submit');
  if (!kind) return error;
  const facts: FaultFacts = { kind, charged: chargedFor(purpose, kind), provider_request_id: about.provider_request_id };
  return new ProviderFault(about.family, facts);
}

function faultKindOf(error: unknown, isSubmit: boolean): FaultKind | null {
  if (error instanceof AnswerUnusable) {
    if (isSubmit) return 'submit_unknown';
    // A file is the work itself; JSON only speaks about the work, so nothing is made again because of it.
    return error.why === 'file_too_large' ? 'bad_output' : 'protocol';
  }
  if (!(error instanceof ExchangeBroken)) return null;
  if (isSubmit && error.handed_over) return 'submit_unknown';
  return ({ timeout: 'timeout', address_refused: 'protocol', nonsense: 'protocol', broken: 'down' } as const)[error.why];
}
