import { createHmac, timingSafeEqual } from 'node:crypto';
import type { LinkRequest } from './asset-store';

export interface LinkSigner {
  publicUrl: string;
  secret: string;
}

/** A link to `/v1/assets/{id}/content` with its expiry (Unix seconds), the file name and an HMAC-SHA256 over all of them. */
export function signLink(request: LinkRequest, signer: LinkSigner): string {
  const expires = String(Math.floor(request.expires_at.getTime() / 1_000));
  const url = new URL(`/v1/assets/${request.asset_id}/content`, signer.publicUrl);
  url.searchParams.set('expires', expires);
  url.searchParams.set('name', request.filename);
  url.searchParams.set('signature', macOf({ asset_id: request.asset_id, expires, name: request.filename }, signer.secret));
  return url.href;
}

export interface LinkClaim {
  asset_id: string;
  expires: string;
  name: string;
  signature: string;
}

/** Whether a link was made by us and has not expired; compared in constant time. */
export function isLinkValid(claim: LinkClaim, secret: string, now: Date): boolean {
  const expected = Buffer.from(macOf(claim, secret));
  const given = Buffer.from(claim.signature);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return false;
  return Number(claim.expires) * 1_000 > now.getTime();
}

function macOf(claim: Omit<LinkClaim, 'signature'>, secret: string): string {
  const text = ['understudy-asset-link-v1', claim.asset_id, claim.expires, claim.name].join('\n');
  return createHmac('sha256', secret).update(text).digest('base64url');
}
