import type { AvatarVersionRow, WantedVersion } from '../../db/avatars';

/** About 2 KB each. */
const KEPT = 1_000;

/**
 * Versions of avatars that were read before. Most jobs of a tenant use the same few, so a job is prepared with what is known;
 * the statement that stores it checks that it still stands (`NewJob.relies_on`).
 */
export class KnownAvatars {
  private readonly kept = new Map<string, AvatarVersionRow>();

  recall(wanted: WantedVersion): AvatarVersionRow | null {
    return this.kept.get(keyOf(wanted)) ?? null;
  }

  keep(wanted: WantedVersion, found: AvatarVersionRow): void {
    this.kept.set(keyOf(wanted), found);
    const [oldest] = this.kept.keys();
    if (this.kept.size > KEPT && oldest !== undefined) this.kept.delete(oldest);
  }
}

function keyOf({ tenant, avatar_id, version }: WantedVersion): string {
  return `${tenant} ${avatar_id} ${version ?? 'latest'}`;
}
