import { Agent, request, type Dispatcher } from 'undici';
import { checkUrl, type Resolve, type UrlPolicy } from '../url-check';
import { checkedConnect } from './checked-connect';
import { retryAfterMs } from './retry-after';
import { answerErrorOf, sendErrorOf, type SendError } from './send-error';

export interface SenderOptions {
  policy: UrlPolicy;
  now(): Date;
  /** Default 15 s, for the whole of a request. */
  timeout_ms?: number;
  /** How names become addresses; default: the system's DNS. */
  resolve?: Resolve;
}

export interface SendRequest {
  url: string;
  headers: Record<string, string>;
  body: string;
  /** Ends the request early; then `send` rejects. */
  signal: AbortSignal;
}

export interface SendResult {
  /** Null where there was no answer. */
  http_status: number | null;
  /** Null when the receiver has it. */
  error: SendError | null;
  retry_after_ms: number | null;
}

const TIMEOUT_MS = 15_000;
/** What a receiver says is not read; this much is taken from the wire so that it can end its answer. */
const ANSWER_LIMIT_BYTES = 16_384;
const ANSWER_TIMEOUT_MS = 1_000;

export interface Sender {
  send(request: SendRequest): Promise<SendResult>;
  close(): Promise<void>;
}

/**
 * Posts to addresses that the policy allows and to nowhere else: the URL is checked here and the address again when the
 * connection is made. Follows no redirect, keeps no connection, so each attempt is checked anew.
 */
export function createSender(options: SenderOptions): Sender {
  const agent = new Agent({ connect: checkedConnect(options.policy, options.resolve), pipelining: 0, maxResponseSize: ANSWER_LIMIT_BYTES });
  return {
    send: async (message) => {
      const verdict = checkUrl(message.url, options.policy);
      if (!verdict.ok) return { http_status: null, error: 'address_refused', retry_after_ms: null };
      try {
        return await post(agent, options, message);
      } catch (error) {
        if (message.signal.aborted) throw error;
        return { http_status: null, error: sendErrorOf(error), retry_after_ms: null };
      }
    },
    close: () => agent.destroy(),
  };
}

async function post(agent: Agent, options: SenderOptions, { url, headers, body, signal }: SendRequest): Promise<SendResult> {
  const timeout_ms = options.timeout_ms ?? TIMEOUT_MS;
  const answer = await request(url, {
    method: 'POST',
    dispatcher: agent,
    headers: { 'content-type': 'application/json', 'user-agent': 'Understudy', ...headers },
    body,
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeout_ms)]),
    headersTimeout: timeout_ms,
    bodyTimeout: timeout_ms,
  });
  await discard(answer);
  return {
    http_status: answer.statusCode,
    error: answerErrorOf(answer.statusCode),
    retry_after_ms: retryAfterMs(answer.headers['retry-after'], options.now()),
  };
}

/** The status has been said, so an answer that never ends or is too long changes nothing. */
async function discard(answer: Dispatcher.ResponseData): Promise<void> {
  await answer.body.dump({ limit: ANSWER_LIMIT_BYTES, signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) }).catch(() => undefined);
  answer.body.destroy();
}
