import type { AssetRef } from '../../../contracts/media';
import type { PhotoReport, ValidateOutput } from '../../../contracts/stages';
import type { WorkContext } from '../../capabilities/adapter';
import { PhotosRejected } from '../../capabilities/image';
import type {
  CharacterSheetRequest,
  FaceMesh,
  ImageAdapter,
  NeutralImageRequest,
  PhotoInspector,
  PhotoProblem,
  ValidatePhotosRequest,
} from '../../capabilities/image';
import type { ComputePool } from '../compute/pool';
import { explainChoice } from './choose-photo';
import type { PhotoInspection } from './inspect-photo';
import { readJson } from './read-json';
import { DOUBTFUL_PERSON, OTHER_PERSON } from './same-person';
import { localAdapter } from '../local-adapter';

/** Models and method; raised when the same photo would give other pictures. */
const MODEL = 'mediapipe-rig/5';
const PNG = 'image/png';

/** Photos to identity on this machine, with models that ship with the project: nothing leaves it, nothing costs. */
export function createLocalImage(
  pool: ComputePool,
  { identityCheck = true }: { identityCheck?: boolean } = {},
): ImageAdapter & PhotoInspector {
  return {
    ...localAdapter('image', MODEL),
    supports: () => ({ ok: true }),
    validatePhotos: (request, context) => validatePhotos({ pool, identityCheck }, request, context),
    neutralImage: (request, context) => neutralImage(pool, request, context),
    characterSheet: (request, context) => characterSheet(pool, request, context),
  };
}

async function validatePhotos(
  { pool, identityCheck }: { pool: ComputePool; identityCheck: boolean },
  { photos }: ValidatePhotosRequest,
  context: WorkContext,
): Promise<ValidateOutput> {
  let done = 0;
  const outcomes = await Promise.all(
    photos.map(async (photo, index) => {
      const path = await context.open(photo);
      const outcome = await inspect(pool, { path, index, signal: context.signal });
      context.progress(Math.round((100 * ++done) / photos.length), `photo ${done} of ${photos.length}`);
      return { asset: photo, ...outcome };
    }),
  );
  const usable = outcomes.flatMap(({ asset, inspection }, photo) =>
    inspection === null ? [] : [{ photo, asset, inspection }],
  );
  const best = usable.reduce<(typeof usable)[number] | null>(
    (top, one) => (top !== null && top.inspection.score >= one.inspection.score ? top : one),
    null,
  );
  if (best === null)
    throw new PhotosRejected(outcomes.flatMap(({ problem }) => (problem === null ? [] : [problem])));
  const distances = identityCheck ? await comparePersons(pool, { best, usable }, context) : new Map<number, number>();
  return {
    chosen: best.photo,
    reason: explainChoice(best, usable, photos.length),
    photo: best.asset,
    photos: outcomes.map((outcome, photo) => {
      const report = reportOf(outcome, { photo, asset_id: outcome.asset.asset_id });
      const distance = distances.get(photo);
      return distance === undefined ? report : withDistance(report, distance);
    }),
  };
}

interface Usable {
  photo: number;
  asset: AssetRef;
  inspection: PhotoInspection;
}

/**
 * How far each other usable photo's face is from the best one's, by photo.
 * @throws PhotosRejected `photo_persons_differ` naming every photo of somebody else
 */
async function comparePersons(
  pool: ComputePool,
  { best, usable }: { best: Usable; usable: Usable[] },
  context: WorkContext,
): Promise<Map<number, number>> {
  const others = usable.filter(({ photo }) => photo !== best.photo);
  if (others.length === 0) return new Map();
  const paths = await Promise.all([best, ...others].map(({ asset }) => context.open(asset)));
  const distances = await pool.run('image.compare_faces', { paths }, { signal: context.signal });
  const found = others.map(({ photo }, at) => ({ photo, distance: distances[at] ?? 0 }));
  const strangers = found.filter(({ distance }) => distance > OTHER_PERSON);
  if (strangers.length > 0) {
    const message = `The photo shows another person than photo ${best.photo + 1}.`;
    throw new PhotosRejected(strangers.map(({ photo }) => ({ photo, code: 'photo_persons_differ', message })));
  }
  return new Map(found.map(({ photo, distance }) => [photo, distance]));
}

function withDistance(report: PhotoReport, distance: number): PhotoReport {
  const warnings = distance > DOUBTFUL_PERSON ? [...report.warnings, 'It is not certain that this is the person of the chosen photo.'] : report.warnings;
  return { ...report, metrics: { ...report.metrics, identity_distance: distance }, warnings };
}

type Outcome = { inspection: PhotoInspection; problem: null } | { inspection: null; problem: PhotoProblem };

/** A refusal is a result here; everything else (a crashed thread, a cancelled job) fails the stage. */
async function inspect(
  pool: ComputePool,
  { path, index, signal }: { path: string; index: number; signal: AbortSignal },
): Promise<Outcome> {
  try {
    return { inspection: await pool.run('image.inspect', { path }, { signal }), problem: null };
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'PhotoRefused' || !('code' in error)) throw error;
    return { inspection: null, problem: { photo: index, code: String(error.code), message: error.message } };
  }
}

function reportOf(outcome: Outcome, name: { photo: number; asset_id: string }): PhotoReport {
  if (outcome.inspection === null) {
    return {
      ...name,
      accepted: false,
      code: outcome.problem.code,
      score: 0,
      rotation: 0,
      metrics: {},
      warnings: [outcome.problem.message],
    };
  }
  const { score, rotation, metrics, warnings } = outcome.inspection;
  return { ...name, accepted: true, score, rotation, metrics: { ...metrics }, warnings };
}

async function neutralImage(
  pool: ComputePool,
  { photo, rotation, seed, style }: NeutralImageRequest,
  context: WorkContext,
) {
  const args = { photo: await context.open(photo), rotation, seed, style, dir: context.dir };
  const onProgress = (percent: number, note?: string) => context.progress(percent, note);
  const made = await pool.run('image.neutral', args, { signal: context.signal, onProgress });
  return {
    neutral: await context.store('neutral_image', { path: made.neutral, content_type: PNG }),
    plate: await context.store('plate', { path: made.plate, content_type: PNG }),
    mesh: await context.storeJson('mesh', made.mesh),
    metrics: made.metrics,
    warnings: made.warnings,
  };
}

async function characterSheet(pool: ComputePool, request: CharacterSheetRequest, context: WorkContext) {
  const [plate, mesh] = [
    await context.open(request.plate),
    await readJson<FaceMesh>(await context.open(request.mesh)),
  ];
  const args = { plate, mesh, title: request.title, seed: request.seed, dir: context.dir };
  const onProgress = (percent: number, note?: string) => context.progress(percent, note);
  const made = await pool.run('image.character_sheet', args, { signal: context.signal, onProgress });
  const views: { view: string; asset: Awaited<ReturnType<WorkContext['store']>> }[] = [];
  for (const { view, path } of made.views)
    views.push({ view, asset: await context.store('view', { path, content_type: PNG }) });
  return {
    sheet: await context.store('character_sheet', { path: made.sheet, content_type: PNG }),
    views,
    palette: made.palette,
  };
}
