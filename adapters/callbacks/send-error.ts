/** Why an attempt did not reach a 2xx, for the audit: never a URL, an address or the receiver's words. */
export type SendError =
  | 'timeout'
  | 'connection_refused'
  | 'connection_reset'
  | 'name_unresolved'
  | 'tls_failed'
  | 'address_refused'
  | 'answer_broken'
  | 'request_failed'
  | 'redirected'
  | 'gone'
  | 'status_not_2xx';

const BY_CODE: Record<string, SendError> = {
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  ECONNREFUSED: 'connection_refused',
  EHOSTUNREACH: 'connection_refused',
  ENETUNREACH: 'connection_refused',
  ECONNRESET: 'connection_reset',
  EPIPE: 'connection_reset',
  UND_ERR_SOCKET: 'connection_reset',
  ENOTFOUND: 'name_unresolved',
  EAI_AGAIN: 'name_unresolved',
  EPROTO: 'tls_failed',
  UND_ERR_HEADERS_OVERFLOW: 'answer_broken',
};

/** The kind of a failed request, told by shape: what aborts a request is not always an `Error` of this realm. */
export function sendErrorOf(error: unknown): SendError {
  const name = textOf(error, 'name');
  if (name === 'UrlRefused') return 'address_refused';
  if (name === 'TimeoutError') return 'timeout';
  if (name === 'HTTPParserError') return 'answer_broken';
  const code = textOf(error, 'code');
  if (/CERT|^ERR_TLS|^ERR_SSL|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code)) return 'tls_failed';
  return BY_CODE[code] ?? 'request_failed';
}

function textOf(error: unknown, member: string): string {
  const value: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, member) : null;
  return typeof value === 'string' ? value : '';
}

/** The kind of an answer; null for the only one that counts as delivered. */
export function answerErrorOf(status: number): SendError | null {
  if (status >= 200 && status < 300) return null;
  if (status >= 300 && status < 400) return 'redirected';
  return status === 410 ? 'gone' : 'status_not_2xx';
}
