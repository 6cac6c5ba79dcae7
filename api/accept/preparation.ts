import { checkUrl } from '../../adapters/url-check';
import { ProblemError, requestInvalid, type FieldError } from '../../contracts/errors';
import type { AssetRef } from '../../contracts/media';
import type { FrozenPlan } from '../../contracts/plan';
import type { Snapshot } from '../../contracts/snapshot';
import { hasSpeakableText } from '../../contracts/speakable';
import type { Mode } from '../../contracts/vocabulary';
import type { NewJob } from '../../db/accept';
import { findAssets } from '../../db/assets';
import type { Db } from '../../db/pool';
import type { ApiDeps } from '../deps';

/** What one job type makes of its checked request: what is frozen, what will run, and what is there already. */
export interface PreparedJob {
  snapshot: Snapshot;
  plan: FrozenPlan;
  mode: Mode | null;
  /** Value of the search attribute AvatarRoute. */
  route: string;
  avatar: { avatar_id: string; version: number | null } | null;
  parent_job_id: string | null;
  /** What the statement that stores the job has to check, see `NewJob`. */
  relies_on: Exclude<NewJob['relies_on'], undefined>;
  /** Writes step records that the plan calls known, in the transaction that accepts the job. */
  seed: ((db: Db, jobId: string) => Promise<void>) | null;
}

export interface Preparation {
  deps: ApiDeps;
  tenant: string;
  now: Date;
  /** True for `validate_only`: nothing may be stored, so nothing is fetched. */
  dryRun: boolean;
  /** True where nothing that was read for an earlier request will do. */
  fresh: boolean;
}

/** Somebody's media in a request, and where it stands there. */
export interface MediaInput {
  pointer: string;
  asset_id?: string | null | undefined;
  url?: string | null | undefined;
}

/**
 * References of all media of a request; addresses are fetched into the store.
 * @throws ProblemError `asset_not_found` naming each, or `request_invalid` for an address that may not or cannot be fetched
 */
export async function resolveMedia(preparation: Preparation, inputs: MediaInput[]): Promise<AssetRef[]> {
  refuseUrls(preparation, inputs);
  const known = await findKnown(preparation, inputs);
  const errors: FieldError[] = [];
  const resolved: AssetRef[] = [];
  for (const input of inputs) {
    const found = input.asset_id ? known.get(input.asset_id) : await fetchOne(preparation, input, errors);
    if (found) resolved.push(found);
  }
  if (errors.length > 0) throw requestInvalid(errors);
  return resolved;
}

function refuseUrls({ deps }: Preparation, inputs: MediaInput[]): void {
  const policy = { allowHosts: deps.settings.callbackAllowHosts };
  const errors = inputs.flatMap((input) => {
    if (!input.url) return [];
    const verdict = checkUrl(input.url, policy);
    return verdict.ok ? [] : [{ pointer: `${input.pointer}/url`, message: verdict.reason }];
  });
  if (errors.length > 0) throw requestInvalid(errors);
}

async function findKnown(preparation: Preparation, inputs: MediaInput[]): Promise<Map<string, AssetRef>> {
  const ids = inputs.flatMap((input) => (input.asset_id ? [input.asset_id] : []));
  const rows = ids.length === 0 ? [] : await findAssets(preparation.deps.pool, preparation.tenant, ids);
  const known = new Map(rows.map((row) => [row.asset_id, row]));
  const missing = inputs.filter((input) => input.asset_id && !known.has(input.asset_id));
  if (missing.length > 0) {
    const errors = missing.map((input) => ({ pointer: `${input.pointer}/asset_id`, message: 'no such asset' }));
    throw new ProblemError('asset_not_found', { errors });
  }
  return known;
}

const NOT_FETCHED: AssetRef = { asset_id: '', sha256: '', content_type: 'application/octet-stream', bytes: 0 };

async function fetchOne(preparation: Preparation, input: MediaInput, errors: FieldError[]): Promise<AssetRef | null> {
  if (!input.url) return null;
  if (preparation.dryRun) return NOT_FETCHED;
  const fetched = await preparation.deps.fetchMedia(input.url, preparation.tenant);
  if (fetched.ok) return fetched.asset;
  errors.push({ pointer: `${input.pointer}/url`, message: fetched.reason });
  return null;
}

/**
 * Every text that a voice will have to speak must have something to speak.
 * @throws ProblemError `script_unspeakable`
 */
export function requireSpeakable(texts: { pointer: string; text: string | null | undefined }[]): void {
  const silent = texts.filter(({ text }) => text !== null && text !== undefined && !hasSpeakableText(text));
  if (silent.length === 0) return;
  const errors = silent.map(({ pointer }) => ({ pointer, message: 'no letter or digit that a voice could speak' }));
  throw new ProblemError('script_unspeakable', { errors });
}
