import type { Role } from '../../../contracts/vocabulary';
import type { TestApi } from './start-api';

export interface Answer {
  status: number;
  headers: Headers;
  // A test reads answers as anybody would: as whatever JSON came.
  body: any;
}

export interface Send {
  tenant?: 'demo' | 'other';
  role?: Role;
  token?: string | null;
  headers?: Record<string, string>;
  body?: unknown;
}

/** Speaks HTTP to the API as one of its tenants. */
export function clientOf(api: () => TestApi) {
  async function send(method: string, path: string, options: Send = {}): Promise<Answer> {
    const token = options.token === undefined ? api().token(options.tenant ?? 'demo', options.role ?? 'backend') : options.token;
    const isJson = options.body !== undefined && !(options.body instanceof Uint8Array) && !(options.body instanceof FormData);
    const response = await fetch(new URL(path, api().url), {
      method,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(isJson ? { 'content-type': 'application/json' } : {}),
        ...options.headers,
      },
      body: isJson ? (typeof options.body === 'string' ? options.body : JSON.stringify(options.body)) : (options.body as RequestInit['body']),
    });
    const text = await response.text();
    const type = response.headers.get('content-type') ?? '';
    return { status: response.status, headers: response.headers, body: type.includes('json') ? JSON.parse(text) : text };
  }
  return {
    send,
    get: (path: string, options?: Send) => send('GET', path, options),
    post: (path: string, body?: unknown, options?: Send) => send('POST', path, { ...options, body }),
  };
}
