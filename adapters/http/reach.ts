import { Agent } from 'undici';
import { checkedConnect } from '../callbacks/checked-connect';
import { checkUrl, type Resolve } from '../url-check';

/** Where a request may go, and by which connections. */
export interface Reach {
  url: URL;
  /** True for the provider's own origin: the only one that may see the account's key. */
  own: boolean;
  agent: Agent;
}

export interface ReachOptions {
  /** The provider's usual address. */
  origin: string;
  /** The operator's address instead of it; may be in a private network, because the operator named it. */
  base_url: string | null;
  resolve?: Resolve;
}

/**
 * Decides about addresses: the provider's own one, or any public one by https on its usual port. Every address is judged
 * twice, as text and when a connection is made, and no connection is used twice: on a socket that the other side may have
 * closed meanwhile, a reset would leave every submit in doubt.
 */
export class ProviderReach {
  readonly base: URL;
  private readonly own: Agent;
  private readonly foreign: Agent;

  constructor(private readonly options: ReachOptions) {
    this.base = new URL(options.base_url ?? options.origin);
    this.own = agentFor(this.ownHosts(), options.resolve);
    this.foreign = agentFor([], options.resolve);
  }

  /** A path below the provider's address; the operator's address may have a path of its own. */
  toPath(path: string): Reach | null {
    return this.toUrl(`${this.base.href.replace(/\/$/, '')}${path}`);
  }

  /** Null for an address that nobody may be sent to. */
  toUrl(text: string): Reach | null {
    const own = URL.canParse(text) && new URL(text).origin === this.base.origin;
    const verdict = checkUrl(text, { allowHosts: own ? this.ownHosts() : [] });
    if (!verdict.ok || (!own && verdict.url.port !== '')) return null;
    return { url: verdict.url, own, agent: own ? this.own : this.foreign };
  }

  async close(): Promise<void> {
    await Promise.all([this.own.destroy(), this.foreign.destroy()]);
  }

  private ownHosts(): string[] {
    return this.options.base_url === null ? [] : [this.base.host];
  }
}

function agentFor(allowHosts: string[], resolve: Resolve | undefined): Agent {
  return new Agent({ connect: checkedConnect({ allowHosts }, resolve), pipelining: 0 });
}
