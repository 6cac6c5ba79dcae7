import { sha256 } from '../../contracts/digest';
import type { FrozenPlan } from '../../contracts/plan';
import type { Snapshot } from '../../contracts/snapshot';
import type { SnapshotRow } from '../../db/jobs';

/** The frozen payload: the avatar as `av_…@v2`, the script by its digest too, approved stages by name, providers by stage. */
export function presentSnapshot(row: SnapshotRow) {
  return {
    job_id: row.job_id,
    sha256: row.snapshot_sha256,
    frozen_at: row.created_at.toISOString(),
    snapshot: { ...readable(row.snapshot), providers: providersOf(row.plan) },
  };
}

/** Who does each stage's work, in the order of choice, as it was resolved when the job was accepted. */
function providersOf(plan: FrozenPlan): Record<string, string[]> {
  const providers: Record<string, string[]> = {};
  for (const { stage, family, fallbacks = [] } of plan.rows) if (family) providers[stage] = [family, ...fallbacks.map((next) => next.family)];
  return providers;
}

function readable(snapshot: Snapshot): Record<string, unknown> {
  if (snapshot.job_type !== 'avatar_output') return { ...snapshot };
  const { avatar, approved, ...rest } = snapshot;
  return {
    ...rest,
    avatar: `${avatar.avatar_id}@v${avatar.version}`,
    avatar_identity: avatar.identity,
    voice_profile: avatar.voice_profile,
    script_sha256: snapshot.script === null ? null : sha256(snapshot.script),
    approved: Object.keys(approved),
    approved_assets: approved,
  };
}
