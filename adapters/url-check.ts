import { lookup as resolveName } from 'node:dns/promises';
import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { parseUrl } from '../contracts/parse-url';

/** Hosts, `host:port` pairs and CIDR blocks inside one's own network that callbacks and media may reach. */
export interface UrlPolicy {
  allowHosts: readonly string[];
}

/** `allowed` says that the operator named this host, so plain http and private addresses are fine for it. */
export type UrlVerdict = { ok: true; url: URL; allowed: boolean } | { ok: false; reason: string };

/** Names that never mean a host of the public internet (RFC 6761, RFC 6762, RFC 8375, cloud metadata). */
const PRIVATE_SUFFIXES = ['localhost', 'local', 'internal', 'intranet', 'lan', 'home.arpa', 'localdomain'];

/**
 * What can be said about a URL without asking the network: https only, no user info, no private, loopback or link-local
 * address in any spelling (the WHATWG parser turns decimal, octal and hex hosts into dotted ones). A host that the operator
 * allows may also be private and plain http. A name is resolved again when the connection is made: see `resolveChecked`.
 */
export function checkUrl(text: string, policy: UrlPolicy): UrlVerdict {
  if (/[\u0000-\u0020\u007f\\]/.test(text)) return refuse('must not hold spaces, control characters or backslashes');
  const url = parseUrl(text);
  if (!url) return refuse('must be an absolute https URL');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return refuse('must be an https URL');
  if (url.username || url.password) return refuse('must not hold a user name or password');
  const host = bareHost(url);
  const allowed = isAllowed(host, url.port, policy);
  if (allowed) return { ok: true, url, allowed };
  if (url.protocol !== 'https:') return refuse('must be an https URL');
  if (isIP(host) ? !isPublicAddress(host) : isPrivateName(host)) return refuse('must not point into a private network');
  return { ok: true, url, allowed };
}

function refuse(reason: string): UrlVerdict {
  return { ok: false, reason };
}

function bareHost(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '').replace(/\.+$/, '').toLowerCase();
}

function isPrivateName(host: string): boolean {
  return !host.includes('.') || PRIVATE_SUFFIXES.some((suffix) => host.endsWith(`.${suffix}`));
}

/** True for a unicast address of the public internet; an IPv4 address inside an IPv6 one is judged as IPv4. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.range() === 'unicast') return true;
  const inner = embeddedIpv4(parsed);
  return inner !== null && isPublicAddress(inner);
}

/** The IPv4 address inside a NAT64 address (RFC 6052), which a gateway would really reach. */
function embeddedIpv4(address: ipaddr.IPv4 | ipaddr.IPv6): string | null {
  if (address.kind() !== 'ipv6' || address.range() !== 'rfc6052') return null;
  return address.toByteArray().slice(12).join('.');
}

function isAllowed(host: string, port: string, policy: UrlPolicy): boolean {
  return policy.allowHosts.some((entry) => {
    const wanted = entry.toLowerCase();
    if (wanted.includes('/')) return isIP(host) !== 0 && isInside(host, wanted);
    return wanted === host || wanted === `${host}:${port}` || wanted === `[${host}]` || wanted === `[${host}]:${port}`;
  });
}

function isInside(address: string, block: string): boolean {
  if (!ipaddr.isValidCIDR(block)) return false;
  const [base, bits] = ipaddr.parseCIDR(block);
  const parsed = ipaddr.process(address);
  return parsed.kind() === base.kind() && parsed.match([base, bits]);
}

export class UrlRefused extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'UrlRefused';
  }
}

/** How a name becomes addresses. */
export type Resolve = (host: string) => Promise<LookupAddress[]>;

export interface Resolving {
  /** As in the URL, for hosts that are allowed on one port only; empty for the scheme's own. */
  port?: string;
  /** Default: the system's DNS. */
  resolve?: Resolve;
}

const askSystem: Resolve = (host) => resolveName(host, { all: true, verbatim: true });

/**
 * Resolves a host and judges every address it has, so that one bad address refuses the name; the caller connects to these
 * addresses and to no others, which leaves a name that changes its mind (DNS rebinding) no second chance.
 * @throws UrlRefused when an address is private and the policy does not allow it
 */
export async function resolveChecked(host: string, policy: UrlPolicy, { port = '', resolve = askSystem }: Resolving = {}): Promise<LookupAddress[]> {
  const bare = host.replace(/^\[|\]$/g, '').replace(/\.+$/, '').toLowerCase();
  const named = isAllowed(bare, port, policy);
  const addresses = await resolve(bare);
  for (const { address } of addresses) {
    if (named || isPublicAddress(address) || isAllowed(address, port, policy)) continue;
    throw new UrlRefused('the host has an address in a private network');
  }
  return addresses;
}

type LookupCallback = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void;

/** A `lookup` for sockets (`connect.lookup` of an undici agent) that only ever gives checked addresses. */
export function checkedLookup(policy: UrlPolicy, resolving: Resolving = {}) {
  return (host: string, options: { all?: boolean }, callback: LookupCallback): void => {
    resolveChecked(host, policy, resolving).then(
      (addresses) => {
        const first = addresses[0];
        if (options.all) callback(null, addresses);
        else if (first) callback(null, first.address, first.family);
        else callback(new UrlRefused('the host has no address'), '');
      },
      (error: NodeJS.ErrnoException) => callback(error, ''),
    );
  };
}
