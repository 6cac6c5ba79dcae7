import { parseUrl } from '../../contracts/parse-url';
import type { CallbackAdapter, CallbackMessage, CallbackOutcome } from '../capabilities/callbacks';
import { withLinks, type LinkMaker } from '../storage/asset-links';
import type { Resolve } from '../url-check';
import { HostSlots } from './host-slots';
import { createSender } from './sender';
import { SecretUnusable, signatureHeaders } from './signature';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** The schedule of Standard Webhooks 1.0: ten attempts over 75.6 hours. */
export const STANDARD_DELAYS_MS: readonly number[] = [
  ...[0, 5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR],
  ...[5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR],
];

export interface CallbackOptions {
  links: LinkMaker;
  /** Signing secrets by upper-cased reference; each of them signs, in this order. */
  secrets: Readonly<Record<string, readonly string[]>>;
  allowHosts: readonly string[];
  retry_delays_ms?: readonly number[] | undefined;
  /** Requests that may be under way to one host at once. */
  host_slots: number;
  timeout_ms?: number;
  resolve?: Resolve;
  now(): Date;
}

export interface Callbacks extends CallbackAdapter {
  close(): Promise<void>;
}

/** Signs events and posts them, by Standard Webhooks 1.0. */
export function createCallbacks(options: CallbackOptions): Callbacks {
  const { timeout_ms, resolve } = options;
  const sender = createSender({
    policy: { allowHosts: options.allowHosts },
    now: options.now,
    ...(timeout_ms === undefined ? {} : { timeout_ms }),
    ...(resolve ? { resolve } : {}),
  });
  const slots = new HostSlots({ healthy: options.host_slots, failing: Math.max(1, Math.floor(options.host_slots / 8)) });
  return {
    retry_delays_ms: options.retry_delays_ms?.length ? options.retry_delays_ms : STANDARD_DELAYS_MS,
    close: () => sender.close(),
    deliver: async (message, { begin, signal }) => {
      const release = slots.take(hostOf(message.target.url));
      if (!release) return null;
      let well = true;
      try {
        await begin();
        const { url } = message.target;
        const signed = await sign(options, message);
        if (!signed) return failed('secret_unusable');
        const result = await sender.send({ url, ...signed, signal });
        well = result.http_status !== null;
        return { ...result, gone: result.error === 'gone' };
      } finally {
        release(well);
      }
    },
  };
}

function hostOf(url: string): string {
  return parseUrl(url)?.host ?? '';
}

function failed(error: string): CallbackOutcome {
  return { http_status: null, error, retry_after_ms: null, gone: false };
}

/** Body and headers of an attempt; null where its secret is gone from the settings or is none. */
async function sign({ links, secrets, now }: CallbackOptions, { tenant, target, event }: CallbackMessage) {
  const [data] = await withLinks(links, tenant, [event.data]);
  const body = JSON.stringify({ ...event, data });
  const keys = secrets[target.secret_ref.toUpperCase()] ?? [];
  if (keys.length === 0) return null;
  try {
    return { body, headers: signatureHeaders({ id: event.id, timestamp: Math.floor(now().getTime() / 1_000), body }, keys) };
  } catch (error) {
    if (error instanceof SecretUnusable) return null;
    throw error;
  }
}
