import type { TableName } from '../../contracts/plan';
import type { StageOutputs } from '../../contracts/stages';
import type { StageName } from '../../contracts/vocabulary';
import type { JobFacts } from '../../db/job-state';

/** Stages whose outputs make up a job's result. */
export const RESULT_STAGES: Record<TableName, StageName[]> = {
  avatar_creation: ['validate', 'neutral_image', 'character_sheet', 'voice_profile', 'persist'],
  avatar_output: ['stitch', 'enhance', 'output'],
  voice_cloning: ['voice_profile', 'persist'],
  marketing_cut: ['cuts', 'publish'],
};

export interface FinishedOutput {
  stage: StageName;
  scene: number | null;
  generation: number;
  output: unknown;
}

/** The newest output of a stage. The documents were written by this code, so their types are known. */
function newest<Name extends StageName>(outputs: FinishedOutput[], stage: Name): StageOutputs[Name] | null {
  const found = outputs.filter((step) => step.stage === stage).at(-1);
  return found ? (found.output as StageOutputs[Name]) : null;
}

function newestByScene<Name extends StageName>(outputs: FinishedOutput[], stage: Name): [number, StageOutputs[Name]][] {
  const latest = new Map<number, StageOutputs[Name]>();
  for (const step of outputs) if (step.stage === stage && step.scene !== null) latest.set(step.scene, step.output as StageOutputs[Name]);
  return [...latest].sort(([a], [b]) => a - b);
}

/** `result` of a job as EXAMPLES shows it, with asset references where the API puts signed assets. */
export function resultFor(job: JobFacts, outputs: FinishedOutput[]): unknown {
  if (job.plan.table === 'avatar_creation') return creationResult(outputs);
  if (job.plan.table === 'avatar_output') return outputResult(outputs);
  if (job.plan.table === 'voice_cloning') return voiceResult(outputs);
  return marketingResult(outputs);
}

function creationResult(outputs: FinishedOutput[]): unknown {
  const saved = newest(outputs, 'persist');
  const neutral = newest(outputs, 'neutral_image');
  const sheet = newest(outputs, 'character_sheet');
  if (!saved || !neutral || !sheet) return null;
  return {
    avatar_id: saved.avatar_id,
    version: saved.version,
    neutral_image: neutral.neutral,
    character_sheet: sheet.sheet,
    views: sheet.views,
    palette: sheet.palette,
    voice_profile: newest(outputs, 'voice_profile')?.profile ?? null,
    photos: photoNotes(newest(outputs, 'validate')),
  };
}

/** What became of each photo: one that is bad among good ones is left out, which the caller should not have to guess. */
function photoNotes(validated: StageOutputs['validate'] | null): unknown[] {
  const notes = validated?.photos ?? [];
  return notes.map(({ photo, accepted, code, warnings }) => ({
    pointer: `/photos/${photo}`,
    accepted,
    chosen: photo === validated?.chosen,
    code: code ?? null,
    warnings,
  }));
}

function outputResult(outputs: FinishedOutput[]): unknown {
  const film = newest(outputs, 'output');
  const stitch = newest(outputs, 'stitch');
  if (!film || !stitch) return null;
  const { width, height } = film.size;
  return {
    video: { ...film.video, duration_ms: film.duration_ms, width, height, fps: film.fps },
    rough_cut: stitch.rough_cut,
    poster: film.poster,
    captions: film.captions,
    scenes: newestByScene(outputs, 'enhance').map(([scene, item]) => ({ scene, video: item.video, frames: item.frames })),
    storyboard: film.storyboard,
    timeline: film.timeline,
    manifest: film.manifest,
  };
}

/** Without an avatar the profile is all there is. */
function voiceResult(outputs: FinishedOutput[]): unknown {
  const saved = newest(outputs, 'persist');
  return {
    voice_profile: newest(outputs, 'voice_profile')?.profile ?? null,
    avatar_id: saved?.avatar_id ?? null,
    version: saved?.version ?? null,
  };
}

function marketingResult(outputs: FinishedOutput[]): unknown {
  const made = newest(outputs, 'cuts');
  const published = newest(outputs, 'publish');
  if (!made || !published) return null;
  const cuts = made.cuts.map(({ name, video, poster, captions, duration_ms, size, fps }) => ({
    name,
    video: { ...video, duration_ms, ...size, fps },
    poster,
    captions,
  }));
  return { cuts, manifest: published.manifest };
}
