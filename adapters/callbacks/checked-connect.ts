import { buildConnector } from 'undici';
import { checkedLookup, checkUrl, UrlRefused, type Resolve, type UrlPolicy } from '../url-check';

const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Makes connections to checked addresses only. A literal address is judged here, because Node asks no lookup for it; a name
 * is resolved once, every address it has is judged, and the socket goes to one of those.
 */
export function checkedConnect(policy: UrlPolicy, resolve?: Resolve): buildConnector.connector {
  return (options, callback) => {
    const verdict = checkUrl(`${options.protocol}//${options.host ?? options.hostname}`, policy);
    if (!verdict.ok) return callback(new UrlRefused(verdict.reason), null);
    const lookup = checkedLookup(policy, { port: verdict.url.port, ...(resolve ? { resolve } : {}) });
    buildConnector({ timeout: CONNECT_TIMEOUT_MS, lookup })(options, callback);
  };
}
