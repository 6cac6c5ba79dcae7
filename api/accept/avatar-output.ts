import { ProblemError, requestInvalid } from '../../contracts/errors';
import type { AssetRef, SceneVisual } from '../../contracts/media';
import type { AvatarOutputRequest } from '../../contracts/output-job.schema';
import type { OutputSnapshot, SnapshotScene } from '../../contracts/snapshot';
import type { AvatarVersionRow } from '../../db/avatars';
import { bringApproved } from './approved';
import { planOutput } from './planning';
import { requireSpeakable, resolveMedia, type MediaInput, type Preparation, type PreparedJob } from './preparation';
import { requireVoice } from './voice-choice';

/** Still pictures that backgrounds and cutaways can be made of. */
const PICTURES = ['image/jpeg', 'image/png', 'image/webp', 'image/avif'];

/** A script and an avatar become the frozen payload of a film; the avatar's version is fixed here. */
export async function prepareOutput(preparation: Preparation, request: AvatarOutputRequest): Promise<PreparedJob> {
  requireSpeakable(spokenTexts(request));
  requireVoice(request.voice, '/voice', preparation.deps.settings);
  const avatar = await findUsableAvatar(preparation, request);
  const pictures = await resolvePictures(preparation, request);
  const snapshot = freeze(request, avatar, pictures);
  const brought = await bringApproved(preparation, request.approved, snapshot);
  return {
    snapshot,
    plan: planOutput(snapshot, preparation.deps.settings.routing, brought),
    mode: snapshot.mode,
    route: snapshot.require_approval.length > 0 ? 'approval_gated' : snapshot.mode,
    avatar: { avatar_id: avatar.avatar_id, version: avatar.version },
    parent_job_id: null,
    relies_on: { avatar_id: avatar.avatar_id, version: avatar.version, latest: (request.avatar_version ?? null) === null },
    seed: brought.seed,
  };
}

function spokenTexts(request: AvatarOutputRequest) {
  const scenes = (request.scenes ?? []).map((scene, index) => ({ pointer: `/scenes/${index}/transcript`, text: scene.transcript }));
  const approved = { pointer: '/approved/script/text', text: request.approved.script?.text };
  return [{ pointer: '/script', text: request.script }, { pointer: '/brief', text: request.brief }, approved, ...scenes];
}

/**
 * The version that a job names, or the latest: as it was known a while ago, unless the preparation is to be fresh.
 * @throws ProblemError `avatar_not_found` or `avatar_revoked`
 */
export async function findUsableAvatar(
  { deps, tenant, fresh }: Preparation,
  { avatar_id, avatar_version }: { avatar_id: string; avatar_version?: number | null | undefined },
): Promise<AvatarVersionRow> {
  const version = avatar_version ?? null;
  const wanted = { tenant, avatar_id, version };
  const known = fresh ? null : deps.knownAvatars.recall(wanted);
  if (known) return known;
  const found = await deps.avatarVersions.add(wanted);
  if (!found) {
    const pointer = version === null ? '/avatar_id' : '/avatar_version';
    throw new ProblemError('avatar_not_found', { errors: [{ pointer, message: 'no such avatar or version' }] });
  }
  if (found.revoked_at) throw new ProblemError('avatar_revoked', { errors: [{ pointer: '/avatar_id', message: 'was revoked' }] });
  deps.knownAvatars.keep(wanted, found);
  return found;
}

/** Pictures that a request names, by the pointer at which it does. */
type Pictures = Map<string, AssetRef>;

async function resolvePictures(preparation: Preparation, request: AvatarOutputRequest): Promise<Pictures> {
  const inputs: MediaInput[] = [
    { pointer: '/output/background', asset_id: request.output.background?.asset_id },
    ...(request.scenes ?? []).flatMap((scene, index) => [
      { pointer: `/scenes/${index}/background`, asset_id: scene.background?.asset_id },
      { pointer: `/scenes/${index}/b_roll`, asset_id: scene.b_roll?.asset_id },
    ]),
  ].filter((input) => input.asset_id);
  const found = await resolveMedia(preparation, inputs);
  requirePictures(inputs, found);
  return new Map(inputs.flatMap((input, index) => (found[index] ? [[input.pointer, found[index]]] : [])));
}

function freeze(request: AvatarOutputRequest, avatar: AvatarVersionRow, pictures: Pictures): OutputSnapshot {
  const { avatar_id, version, identity, voice_profile } = avatar;
  return {
    contract: 'v3',
    job_type: 'avatar_output',
    avatar: { avatar_id, version, identity, voice_profile },
    mode: request.mode,
    script: request.script ?? null,
    brief: request.brief ?? null,
    scenes: request.scenes?.map((scene, index) => freezeScene(scene, `/scenes/${index}`, pictures)) ?? null,
    voice: request.voice ?? { voice_id: null, rate: 1, pitch: 1 },
    output: {
      ...request.output,
      background: visual(request.output.background, pictures.get('/output/background')),
      watermark: request.output.watermark?.text ?? null,
    },
    require_approval: request.require_approval,
    approval_deadline_ms: request.approval_deadline_ms ?? null,
    on_deadline: request.on_deadline ?? null,
    approved: request.approved,
    retry: null,
    overrides: { scenes: {}, notes: {} },
  };
}

/** Said while planning rather than by the stage, when speech is paid for already: only still pictures can be shown. */
function requirePictures(inputs: MediaInput[], found: AssetRef[]): void {
  const errors = inputs.flatMap(({ pointer }, index) =>
    PICTURES.includes(found[index]?.content_type ?? '') ? [] : [{ pointer: `${pointer}/asset_id`, message: 'must be a JPEG, PNG, WebP or AVIF picture' }],
  );
  if (errors.length > 0) throw requestInvalid(errors);
}

type RequestScene = NonNullable<AvatarOutputRequest['scenes']>[number];

function freezeScene(scene: RequestScene, pointer: string, pictures: Pictures): SnapshotScene {
  return {
    transcript: scene.transcript,
    pose: scene.pose ?? null,
    background: visual(scene.background, pictures.get(`${pointer}/background`)),
    b_roll: visual(scene.b_roll, pictures.get(`${pointer}/b_roll`)),
    framing: scene.framing ?? null,
  };
}

type Said = { prompt?: string | null | undefined } | null | undefined;

function visual(said: Said, asset: AssetRef | undefined): SceneVisual['background'] | null {
  return said ? { prompt: said.prompt ?? null, asset: asset ?? null } : null;
}
