import { parseUrl } from '../../contracts/parse-url';
import { checkUrl, type UrlPolicy } from '../url-check';

/** Where a request may go. */
export interface Reach {
  url: URL;
  /** True for the provider's own origin: the only one that may see the account's key. */
  own: boolean;
  /** Judges the address again when the connection is made. */
  policy: UrlPolicy;
}

/**
 * Decides about addresses: the provider's own one, or any public one by https on its usual port. The operator's address may
 * be in a private network, because the operator named it.
 */
export class ProviderReach {
  readonly base: URL;
  private readonly ownPolicy: UrlPolicy;

  constructor({ origin, base_url }: { origin: string; base_url: string | null }) {
    this.base = new URL(base_url ?? origin);
    this.ownPolicy = { allowHosts: base_url === null ? [] : [this.base.host] };
  }

  /** A path below the provider's address; the operator's address may have a path of its own. */
  toPath(path: string): Reach | null {
    return this.toUrl(`${this.base.href.replace(/\/$/, '')}${path}`);
  }

  /** Null for an address that nobody may be sent to. */
  toUrl(text: string): Reach | null {
    const own = parseUrl(text)?.origin === this.base.origin;
    const policy = own ? this.ownPolicy : { allowHosts: [] };
    const verdict = checkUrl(text, policy);
    if (!verdict.ok || (!own && verdict.url.port !== '')) return null;
    return { url: verdict.url, own, policy };
  }
}
