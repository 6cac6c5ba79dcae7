-- When the workflow of a gate was last told that its deadline has passed.
alter table gates add column expiry_told_at timestamptz;
create index gates_deadline on gates (deadline_at) where closed_at is null and deadline_at is not null;

-- When the same bytes were last stored; what was never used is counted from here.
alter table assets add column stored_at timestamptz not null default now();
-- When something was found that refers to the asset: it is not looked at again.
alter table assets add column checked_at timestamptz;
-- When nothing was found; looked at once more before it is erased.
alter table assets add column orphaned_at timestamptz;
-- An erased asset cannot be read any more; its bytes are removed from storage later.
alter table assets add column bytes_erased_at timestamptz;
create index assets_unchecked on assets (stored_at) where erased_at is null and checked_at is null;
create index assets_erased on assets (erased_at) where erased_at is not null and bytes_erased_at is null;

-- When everything that was made of a revoked avatar was erased.
alter table avatars add column erased_at timestamptz;
create index avatars_revoked on avatars (revoked_at) where revoked_at is not null and erased_at is null;

-- When what a job's stages left behind, other than its result, was erased.
alter table jobs add column thinned_at timestamptz;
