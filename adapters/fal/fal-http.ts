import { createProviderHttp, type ProviderHttp } from '../http/provider-http';
import type { ProviderAccount } from '../provider-family';
import { judgeFal } from './errors';
import { FAL_ORIGIN } from './queue-addresses';

/** fal's queue, asked with the account's key. */
export function createFalHttp(account: Pick<ProviderAccount, 'api_key' | 'base_url'>, now: () => Date): ProviderHttp {
  return createProviderHttp({ family: 'fal', origin: FAL_ORIGIN, account, authorize: (key) => ({ authorization: `Key ${key}` }), judge: judgeFal, now });
}
