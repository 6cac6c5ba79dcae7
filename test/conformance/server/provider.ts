import type { Reply } from './faults';
import type { Settings } from './settings';

/** A request as a route sees it. */
export interface WireRequest {
  method: string;
  /** Decoded path, without the query. */
  path: string;
  query: URLSearchParams;
  headers: Record<string, string>;
  body: Buffer;
  /** Where this server can be reached, for addresses in answers. */
  origin: string;
}

/** Work that a provider took on, and will bill. */
export interface Create {
  provider: string;
  model: string;
  id: string;
  /** What tells one piece of work from another: the prompt, the text, or the whole input. */
  prompt: string;
  /** The caller's key or reference, where it sent one. */
  reference: string | null;
  cancelled: boolean;
}

export interface Route {
  provider: string;
  name: string;
  method: string;
  path: RegExp;
  handle(request: WireRequest, groups: Record<string, string>, house: House): Promise<Reply> | Reply;
}

/** What routes share: the ledger, and the server's settings. */
export interface House {
  settings: Settings;
  creates: Create[];
  /** Enters work into the ledger. */
  bill(create: Omit<Create, 'cancelled'>): Create;
  /** Ids are counted, so that a run can be read. */
  nextId(prefix: string): string;
}

export function jsonOf(body: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
