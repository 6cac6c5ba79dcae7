/**
 * What a request is for decides what its failure means: a failed `submit` may have been accepted and billed, a failed
 * `poll` is asked again, a failed `fetch` concerns a result that exists.
 */
export type RequestPurpose = 'submit' | 'poll' | 'fetch';

/** One file of a multipart body, or a text field. */
export type Part = { name: string; text: string } | { name: string; file: string; file_name: string; content_type: string };

export type RequestBody = { json: unknown } | { file: string; content_type: string } | { parts: readonly Part[] };

export interface ProviderRequest {
  purpose: RequestPurpose;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query at the provider's own address, with a leading slash; or a whole URL that the provider gave. */
  to: { path: string } | { url: string };
  /** Beside those that the client sets itself. No key stands here. */
  headers?: Record<string, string>;
  body?: RequestBody;
  /** Whether the account's key goes along; it never leaves the provider's own origin. Default: yes to a path, no to a URL. */
  auth?: 'provider' | 'none';
  /** For the whole exchange, from the first look at the name to the last byte. */
  timeout_ms: number;
  /** Most bytes of the answer that are taken. */
  max_bytes: number;
  signal: AbortSignal;
}

/** The part of a zod schema that the client needs. */
export interface Reader<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false };
}

/** Header values by lower-case name; the first where one came several times. */
export type AnswerHeaders = (name: string) => string | null;

export interface JsonAnswer<T> {
  status: number;
  headers: AnswerHeaders;
  value: T;
}

export interface FileAnswer {
  status: number;
  headers: AnswerHeaders;
  path: string;
  bytes: number;
  /** Told by the file's first bytes, never by what the server calls it. */
  content_type: string;
}
