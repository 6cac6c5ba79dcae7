import { text } from 'node:stream/consumers';
import { charactersIn } from '../../contracts/common.schema';
import { digestOf } from '../../contracts/digest';
import { ProblemError, requestInvalid } from '../../contracts/errors';
import type { AssetRef } from '../../contracts/media';
import { SCRIPT_LIMIT, type AvatarOutputRequest } from '../../contracts/output-job.schema';
import type { OutputSnapshot } from '../../contracts/snapshot';
import type { ScriptContextOutput, StageOutputs } from '../../contracts/stages';
import type { StageName } from '../../contracts/vocabulary';
import type { Db } from '../../db/pool';
import { findRetrySource, type RetrySource } from '../../db/retry-source';
import { seedBroughtStep } from '../../db/seed-approved';
import { seedSteps } from '../../db/seeds';
import { isWhole } from '../../workflows/plan-retry';
import { knownItems } from '../../workflows/resume-point';
import type { Brought } from './planning';
import { requireSpeakable, resolveMedia, type Preparation, type PreparedJob } from './preparation';
import { unknownScenes } from './scene-errors';

type Approved = AvatarOutputRequest['approved'];
type Seed = (db: Db, jobId: string) => Promise<void>;
type Part = Brought & { seeds: Seed[] };

/**
 * What a caller brings along as approved: those items are recorded as reused before anything runs, and their gates ask
 * nobody again.
 * @throws ProblemError `asset_not_found`, `job_not_found`, `resume_point_missing`, `request_invalid`
 */
export async function bringApproved(
  preparation: Preparation,
  approved: Approved,
  snapshot: OutputSnapshot,
): Promise<Brought & Pick<PreparedJob, 'seed'>> {
  const parts: Part[] = [];
  if (approved.script) parts.push(await bringScript(preparation, approved.script));
  if (approved.storyboard) parts.push(await bringFrom(preparation, { ...approved.storyboard, gate: 'storyboard', snapshot }));
  if (approved.video_assets) parts.push(await bringFrom(preparation, { ...approved.video_assets, gate: 'video_assets', snapshot }));
  if (approved.backgrounds) parts.push(await bringBackgrounds(preparation, approved.backgrounds, snapshot));
  return merge(parts);
}

function merge(parts: Part[]): Brought & Pick<PreparedJob, 'seed'> {
  const known = Object.assign({}, ...parts.map((part) => part.known));
  const approved = Object.assign({}, ...parts.map((part) => part.approved));
  const scenes = parts.find((part) => part.scenes !== null)?.scenes ?? null;
  const seeds = parts.flatMap((part) => part.seeds);
  const seed: Seed = async (db, jobId) => {
    for (const plant of seeds) await plant(db, jobId);
  };
  return { known, approved, scenes, seed: seeds.length > 0 ? seed : null };
}

async function bringScript(preparation: Preparation, script: NonNullable<Approved['script']>): Promise<Part> {
  const words = script.text ?? (await readScript(preparation, script.asset_id));
  const output = describeScript(words);
  const seed: Seed = (db, job_id) =>
    seedBroughtStep(db, { job_id, stage: 'script_context', scene: null, output, output_digest: digestOf(output), assets: [], now: preparation.now });
  return { known: { script_context: 'all' }, approved: { script: 'all' }, scenes: null, seeds: [seed] };
}

/** A UTF-8 byte takes at most a third of four, so a script in bytes is never longer than this. */
const LONGEST_SCRIPT_BYTES = SCRIPT_LIMIT * 4;

async function readScript(preparation: Preparation, assetId: string | null | undefined): Promise<string> {
  const [asset] = await resolveMedia(preparation, [{ pointer: '/approved/script', asset_id: assetId }]);
  const refuse = (message: string) => requestInvalid([{ pointer: '/approved/script/asset_id', message }]);
  if (!asset || asset.bytes > LONGEST_SCRIPT_BYTES) throw refuse(`must be a text of at most ${SCRIPT_LIMIT} characters`);
  const words = (await text(await preparation.deps.store.open({ tenant: preparation.tenant, sha256: asset.sha256 }))).trim();
  if (words.length === 0 || charactersIn(words) > SCRIPT_LIMIT) throw refuse(`must be a text of 1 to ${SCRIPT_LIMIT} characters`);
  requireSpeakable([{ pointer: '/approved/script/asset_id', text: words }]);
  return words;
}

/** 150 words a minute, as the planner estimates too; the truth comes from speech. */
function describeScript(script: string): ScriptContextOutput {
  const words = script.split(/\s+/).length;
  return {
    script,
    source: 'approved',
    language: 'en',
    paragraphs: script.split(/\n\s*\n/).length,
    sentences: Math.max(1, script.match(/[.!?]+(?=\s|$)/g)?.length ?? 0),
    words,
    estimated_ms: Math.round((words / 150) * 60_000),
  };
}

async function bringBackgrounds(preparation: Preparation, pictures: NonNullable<Approved['backgrounds']>, snapshot: OutputSnapshot): Promise<Part> {
  const scenes = Object.keys(pictures).map(Number).sort((a, b) => a - b);
  const inputs = scenes.map((scene) => ({ scene, pointer: `/approved/backgrounds/${scene}`, asset_id: pictures[String(scene)]?.asset_id }));
  // How many scenes a script will have, nobody knows before there is a storyboard.
  const count = snapshot.scenes?.length ?? (snapshot.mode === 'single_scene' ? 1 : Infinity);
  const errors = unknownScenes(inputs, count, 'the film');
  if (errors.length > 0) throw requestInvalid(errors);
  const images = await resolveMedia(preparation, inputs);
  const seeds = scenes.flatMap((scene, index) => {
    const image = images[index];
    return image ? [backgroundSeed(preparation, scene, image)] : [];
  });
  return { known: { backgrounds: scenes }, approved: { backgrounds: scenes }, scenes: null, seeds };
}

function backgroundSeed({ now }: Preparation, scene: number, image: AssetRef): Seed {
  // Nobody has measured the light of a picture that somebody else approved, so it is taken as even.
  const light = { tint: [1, 1, 1] as [number, number, number], level: 0.5, direction: 'front' as const };
  const output: StageOutputs['backgrounds'] = { image, description: 'Brought along as approved.', light };
  const assets = [{ kind: 'background', asset_id: image.asset_id }];
  return (db, job_id) => seedBroughtStep(db, { job_id, stage: 'backgrounds', scene, output, output_digest: digestOf(output), assets, now });
}

const TAKEN: Record<'storyboard' | 'video_assets', StageName[]> = {
  storyboard: ['script_context', 'storyboard'],
  video_assets: ['script_context', 'storyboard', 'speech', 'backgrounds', 'scene_assets', 'broll_pose', 'stitch'],
};

interface From {
  job_id: string;
  gate: 'storyboard' | 'video_assets';
  snapshot: OutputSnapshot;
}

/** Takes the stages up to a gate over from another job of the tenant. */
async function bringFrom(preparation: Preparation, { job_id, gate, snapshot }: From): Promise<Part> {
  const pointer = `/approved/${gate}/job_id`;
  const source = await findRetrySource(preparation.deps.pool, preparation.tenant, job_id);
  if (!source) throw new ProblemError('job_not_found', { errors: [{ pointer, message: 'no such job' }] });
  refuseOther(source, { gate, snapshot, pointer });
  const rows = source.plan.rows.filter((row) => TAKEN[gate].includes(row.stage));
  const finished = knownItems(source.plan.rows, source.finished);
  const missing = rows.find((row) => !isWhole(row, finished, source.scenes));
  if (missing || rows.length === 0) {
    const detail = `${missing?.stage ?? gate} did not finish in that job.`;
    throw new ProblemError('resume_point_missing', { detail, errors: [{ pointer, message: detail }] });
  }
  const stages = rows.map((row) => row.stage);
  const seeds = stages.map((stage): Seed => (db, jobId) => seedSteps(db, { job_id: jobId, from_job_id: job_id, stage, scenes: null, now: preparation.now }));
  const known = Object.fromEntries(stages.map((stage) => [stage, finished[stage] ?? []]));
  const gates = gate === 'storyboard' ? (['script', 'storyboard'] as const) : (['script', 'storyboard', 'backgrounds', 'video_assets'] as const);
  return { known, approved: Object.fromEntries(gates.map((name) => [name, 'all'])), scenes: source.scenes, seeds };
}

/** Scenes of another face, size or route do not fit into this film. */
function refuseOther(source: RetrySource, { gate, snapshot, pointer }: Omit<From, 'job_id'> & { pointer: string }): void {
  const made = source.snapshot;
  const refuse = (message: string) => requestInvalid([{ pointer, message }]);
  if (made.job_type !== 'avatar_output') throw refuse('must be a job of type avatar_output');
  if (gate === 'storyboard') return;
  const settings = { ...made.output, ...made.overrides.output };
  const sameSize = settings.aspect_ratio === snapshot.output.aspect_ratio && settings.resolution === snapshot.output.resolution;
  const sameAvatar = made.avatar.avatar_id === snapshot.avatar.avatar_id && made.avatar.version === snapshot.avatar.version;
  if (!sameSize || !sameAvatar || made.mode !== snapshot.mode) throw refuse('was made with another avatar version, size or mode');
}
