import type { Router } from 'express';
import { ProblemError } from '../../contracts/errors';
import { isId } from '../../contracts/ids';
import { findAvatar, type AvatarRow } from '../../db/avatars';
import type { ApiDeps } from '../deps';
import type { Endpoints } from '../endpoint';
import { eraseAvatar } from '../erase-avatar';
import { withLinks } from '../present/assets';
import { ANYBODY, SUBMITTERS } from '../roles';
import type { Principal } from '../tokens';

/** Avatars, their versions as asset graphs, and their deletion. */
export function avatarRoutes(router: Router, deps: ApiDeps, endpoints: Endpoints): void {
  router.get(
    '/v1/avatars/:avatar_id',
    endpoints.guarded(ANYBODY, async ({ principal, request, response }) => {
      const avatar = await requireAvatar(deps, principal, request.params['avatar_id']);
      response.json(presentAvatar(avatar));
    }),
  );

  router.get(
    '/v1/avatars/:avatar_id/versions/:version',
    endpoints.guarded(ANYBODY, async ({ principal, request, response }) => {
      const avatar = await requireAvatar(deps, principal, request.params['avatar_id']);
      const version = Number(request.params['version']);
      const known = avatar.versions.some((candidate) => candidate.version === version);
      const wanted = { tenant: principal.tenant, avatar_id: avatar.avatar_id, version };
      const found = known ? await deps.avatarVersions.add(wanted) : null;
      if (!found) throw new ProblemError('avatar_not_found');
      const { neutral_image, character_sheet, views, palette } = found.identity;
      const graph = { neutral_image, character_sheet, views, palette };
      const revoked = found.revoked_at !== null;
      const shown = revoked ? ERASED : (await withLinks(deps, principal.tenant, [graph]))[0];
      response.json({
        avatar_id: found.avatar_id,
        version: found.version,
        ...Object.assign({}, shown),
        voice_profile: revoked ? null : found.voice_profile,
        consent: { ...found.consent, revoked_at: found.revoked_at?.toISOString() ?? null },
      });
    }),
  );

  router.delete(
    '/v1/avatars/:avatar_id',
    endpoints.guarded(SUBMITTERS, async ({ principal, request, response }) => {
      const avatar = await requireAvatar(deps, principal, request.params['avatar_id']);
      await eraseAvatar(deps, principal.tenant, avatar.avatar_id);
      response.status(202).json(presentAvatar(await requireAvatar(deps, principal, avatar.avatar_id)));
    }),
  );
}

const ERASED = { neutral_image: null, character_sheet: null, views: [], palette: [] };

async function requireAvatar(deps: ApiDeps, principal: Principal, id: unknown): Promise<AvatarRow> {
  const found = typeof id === 'string' && isId('avatar', id) ? await findAvatar(deps.pool, principal.tenant, id) : null;
  if (!found) throw new ProblemError('avatar_not_found');
  return found;
}

function presentAvatar(avatar: AvatarRow) {
  return {
    avatar_id: avatar.avatar_id,
    name: avatar.name,
    latest_version: avatar.versions.at(-1)?.version ?? null,
    revoked_at: avatar.revoked_at?.toISOString() ?? null,
    versions: avatar.versions.map((version) => ({ ...version, created_at: new Date(version.created_at).toISOString() })),
  };
}
