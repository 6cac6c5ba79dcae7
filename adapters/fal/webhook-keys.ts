import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { ProviderAccount } from '../provider-family';
import { keyOf } from './webhook';

/** Where fal publishes the keys of its reports; below the operator's own address where that stands in for fal. */
const KEYS_ORIGIN = 'https://rest.alpha.fal.ai';
const KEYS_PATH = '/.well-known/jwks.json';
/** The documentation lets keys be kept for a day. */
const KEPT_MS = 24 * 3_600_000;
/** Forged reports must not make us ask more often than this. */
const LEAST_PAUSE_MS = 60_000;

const published = z.object({ keys: z.array(z.object({ kty: z.string(), crv: z.string(), x: z.string() })).max(100) });

/** The keys that sign reports, asked for when they are needed and kept for a while. */
export class WebhookKeys {
  private kept: { keys: KeyObject[]; asked_at: number } = { keys: [], asked_at: -Infinity };
  /** Under way; whoever needs the keys meanwhile waits for the same answer. */
  private asking: Promise<KeyObject[]> | null = null;

  constructor(private readonly account: Pick<ProviderAccount, 'api_key' | 'base_url'>) {}

  known(now: Date): Promise<KeyObject[]> {
    return this.within(KEPT_MS, now);
  }

  renewed(now: Date): Promise<KeyObject[]> {
    return this.within(LEAST_PAUSE_MS, now);
  }

  private async within(age_ms: number, now: Date): Promise<KeyObject[]> {
    if (now.getTime() - this.kept.asked_at < age_ms) return this.kept.keys;
    this.asking ??= this.renew(now).finally(() => (this.asking = null));
    return this.asking;
  }

  /** What could not be read is not remembered: the next report asks again. */
  private async renew(now: Date): Promise<KeyObject[]> {
    const keys = await this.ask(now);
    this.kept = { keys, asked_at: now.getTime() };
    return keys;
  }

  /** Goes without the account's key: these are public. @throws ProviderFault when they cannot be read */
  private async ask(now: Date): Promise<KeyObject[]> {
    // Only here, so that a process that merely knows the family loads no client.
    const { createProviderHttp } = await import('../http/provider-http.js');
    const http = createProviderHttp({ family: 'fal', origin: KEYS_ORIGIN, account: this.account, authorize: () => ({}), now: () => now });
    const request = { purpose: 'poll', method: 'GET', to: { path: KEYS_PATH }, auth: 'none', timeout_ms: 10_000, max_bytes: 65_536, signal: new AbortController().signal } as const;
    const { value } = await http.json(request, published);
    return value.keys.map(keyOf).filter((key) => key !== null);
  }
}
