import path from 'node:path';
import type { SpeechTiming } from '../../../contracts/media';
import type { BrollPoseOutput } from '../../../contracts/stages';
import type { Support, WorkContext } from '../../capabilities/adapter';
import type { BrollAdapter, BrollPoseRequest } from '../../capabilities/broll';
import type { ComputePool } from '../compute/pool';
import { findMood, findPlace, findTimeOfDay } from '../plan/keywords';
import { readJsonFile } from '../render/json-file';
import { poseTrack } from '../render/pose-track';
import { chooseCutaways } from './choose-cutaways';
import type { CutawayPlan } from './choose-cutaways';
import { localAdapter } from '../local-adapter';

const PICTURES = ['image/jpeg', 'image/png', 'image/webp', 'image/avif'];

/** Cutaways as title cards over painted scenes, or a caller's picture; head poses as tracks. Arms, hands and films are beyond it. */
export function createLocalBroll(pool: ComputePool): BrollAdapter {
  return {
    ...localAdapter('broll', 'cards-3'),
    supports,
    perform: (request, context) => perform(request, context, pool),
  };
}

function supports({ b_roll }: BrollPoseRequest): Support {
  const type = b_roll?.asset?.content_type;
  if (type === undefined || PICTURES.includes(type)) return { ok: true };
  if (type.startsWith('video/'))
    return {
      ok: false,
      reason:
        'the local family shows pictures as cutaways, not films: give a JPEG, PNG, WebP or AVIF picture, or a prompt',
    };
  return { ok: false, reason: 'a cutaway must be a JPEG, PNG, WebP or AVIF picture' };
}

/** What the scene asks for decides, not only the kind: a caller's scene may want a pose and a cutaway at once. */
async function perform(
  request: BrollPoseRequest,
  context: WorkContext,
  pool: ComputePool,
): Promise<BrollPoseOutput> {
  const timing = await readJsonFile<SpeechTiming>(await context.open(request.timing));
  const moves = request.kind === 'pose' || request.pose.name !== 'neutral';
  const track = moves
    ? await context.storeJson('pose_track', poseTrack(request.pose, timing, request))
    : null;
  if (!request.b_roll) return { kind: request.kind, track, cutaways: [], warnings: [] };
  // The same picture twice in a scene would look like a mistake.
  const plans = chooseCutaways(timing, request.duration_ms, request.b_roll.prompt).slice(0, request.b_roll.asset ? 1 : undefined);
  const cutaways: BrollPoseOutput['cutaways'] = [];
  for (const [at, plan] of plans.entries()) {
    cutaways.push(await makeCutaway(request, { plan, at }, context, pool));
    context.progress(Math.round(((at + 1) / plans.length) * 100), 'cutaway');
  }
  const warnings = plans.length === 0 ? ['the scene is too short for a cutaway'] : [];
  return { kind: request.kind, track, cutaways, warnings };
}

async function makeCutaway(
  request: BrollPoseRequest,
  { plan, at }: { plan: CutawayPlan; at: number },
  context: WorkContext,
  pool: ComputePool,
) {
  const [note, prompt] = [request.note ?? '', request.b_roll?.prompt ?? ''];
  const own = request.b_roll?.asset ?? null;
  const title =
    own || /\b(?:no|without|remove) (?:the )?(?:text|title|words)\b/i.test(note) ? null : plan.title;
  const target = path.join(context.dir, `cutaway-${at + 1}.jpg`);
  const card = {
    picture: own && (await context.open(own)),
    title,
    place: findPlace(note) ?? findPlace(prompt) ?? 'abstract',
    time: findTimeOfDay(note) ?? findTimeOfDay(prompt) ?? 'day',
    mood: findMood(note) ?? findMood(prompt) ?? 'confident',
    wish: `${note} ${prompt}`,
    seed: ['broll', request.seed, request.scene, at, prompt, note].join('|'),
    size: request.size,
    target,
  } as const;
  await pool.run('broll.draw_cutaway', card, { signal: context.signal });
  const asset = await context.store('b_roll', { path: target, content_type: 'image/jpeg' });
  return { start_ms: plan.start_ms, end_ms: plan.end_ms, asset, title };
}
