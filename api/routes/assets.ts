import type { Request, Response, Router } from 'express';
import { pipeline } from 'node:stream/promises';
import { ContentMissing } from '../../adapters/storage/asset-store';
import { isLinkValid } from '../../adapters/storage/signed-link';
import { ProblemError } from '../../contracts/errors';
import { isId } from '../../contracts/ids';
import { findAssets, findLinkedAsset, keepAsset, type AssetRow } from '../../db/assets';
import { parseRange } from '../byte-range';
import type { ApiDeps } from '../deps';
import type { Endpoints } from '../endpoint';
import { presentAsset } from '../present/assets';
import { ANYBODY, SUBMITTERS } from '../roles';
import { receiveUpload } from '../upload';

/** Uploads, and links to what is stored. */
export function assetRoutes(router: Router, deps: ApiDeps, endpoints: Endpoints): void {
  router.post(
    '/v1/assets',
    endpoints.guarded(SUBMITTERS, async ({ principal, request, response }) => {
      const { tenant } = principal;
      const upload = await receiveUpload(request, deps.store, tenant);
      const asset_id = deps.newId('asset');
      const row = await keepAsset(deps.pool, deps.store, { asset_id, tenant, ...upload, now: deps.now() });
      response.status(201).json(await presentAsset(deps, tenant, row));
    }),
  );

  router.get(
    '/v1/assets/:asset_id',
    endpoints.guarded(ANYBODY, async ({ principal, request, response }) => {
      const id = request.params['asset_id'];
      const found = typeof id === 'string' && isId('asset', id) ? await findAssets(deps.pool, principal.tenant, [id]) : [];
      if (!found[0]) throw new ProblemError('asset_not_found');
      response.json(await presentAsset(deps, principal.tenant, found[0]));
    }),
  );

  router.get(
    '/v1/assets/:asset_id/content',
    endpoints.open(async (request, response) => {
      const asset = await requireLinked(deps, request);
      await sendContent(deps, asset, { request, response });
    }),
  );
}

/** A link needs no token: who made it has signed it. */
async function requireLinked(deps: ApiDeps, request: Request): Promise<AssetRow> {
  const { expires, name, signature } = request.query;
  const claim = {
    asset_id: String(request.params['asset_id']),
    expires: String(expires),
    name: String(name),
    signature: String(signature),
  };
  const secret = deps.settings.assetUrlSecret;
  if (secret === null || !isLinkValid(claim, secret, deps.now())) throw new ProblemError('asset_url_expired');
  const asset = await findLinkedAsset(deps.pool, claim.asset_id);
  if (!asset) throw new ProblemError('asset_not_found');
  return asset;
}

/** RFC 9110, 13.1.2: the reader has it already. Express's own `fresh` says no to `no-cache`, which every `fetch` sends along. */
function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  const known = (ifNoneMatch ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return known.includes('*') || known.includes(etag);
}

/** RFC 9110, 13.1.5: a part is wanted only of what the reader has another part of. */
function isUnchanged(ifRange: string | string[] | undefined, etag: string): boolean {
  return ifRange === undefined || ifRange === etag;
}

/** Kinds that a browser shows by itself without running anything in them. */
const SHOWN = /^(image\/(png|jpeg|webp|gif)|video\/|audio\/|text\/vtt$)/;

async function sendContent(
  deps: ApiDeps,
  asset: AssetRow,
  { request, response }: { request: Request; response: Response },
): Promise<void> {
  const etag = `"${asset.sha256}"`;
  const range = parseRange(isUnchanged(request.headers['if-range'], etag) ? request.headers.range : undefined, asset.bytes);
  const name = String(request.query['name']).replace(/[^A-Za-z0-9._-]/g, '_');
  response.set({
    'content-type': asset.content_type,
    'content-disposition': `${SHOWN.test(asset.content_type) ? 'inline' : 'attachment'}; filename="${name}"`,
    'content-security-policy': "sandbox; default-src 'none'",
    'accept-ranges': 'bytes',
    'cache-control': 'private, max-age=60',
    etag,
  });
  if (isKnown(request.headers['if-none-match'], etag)) return void response.status(304).end();
  if (range === 'unsatisfiable') return void response.status(416).set('content-range', `bytes */${asset.bytes}`).end();
  const length = range ? range.end - range.start + 1 : asset.bytes;
  response.status(range ? 206 : 200).set('content-length', String(length));
  if (range) response.set('content-range', `bytes ${range.start}-${range.end}/${asset.bytes}`);
  if (request.method === 'HEAD') return void response.end();
  const content = await deps.store.open(asset, range ?? undefined).catch((error: unknown) => {
    throw error instanceof ContentMissing ? new ProblemError('asset_not_found') : error;
  });
  // A reader who leaves early is nobody's fault.
  await pipeline(content, response).catch(() => response.destroy());
}
