import type { SourceOutput, SourceScene, StageOutputs } from '../../contracts/stages';
import type { OutputSnapshot } from '../../contracts/snapshot';
import type { OutputStage } from '../../contracts/vocabulary';
import { loadOutputs } from '../../db/steps';
import { captionsOf } from '../../workflows/effective';
import type { MarketingInputs } from '../../workflows/marketing-cut.stages';
import { factsOf } from '../facts';
import { StageFault } from '../faults';
import type { StageWork } from '../stage-work';

const STAGES = ['speech', 'scene_assets', 'broll_pose', 'stitch', 'lip_sync', 'output'] as const satisfies OutputStage[];

type Outputs = Awaited<ReturnType<typeof loadOutputs>>;

/** The film that another job finished, and what its parts know about the picture. A finished job does not change. */
export const source: StageWork<'source', MarketingInputs['source']> = {
  perform: async ({ input, job, deps }) => {
    const maker = await factsOf(deps, input.source_job_id);
    const { snapshot } = maker;
    if (maker.tenant !== job.tenant || snapshot.job_type !== 'avatar_output') throw noFilm();
    const outputs = await loadOutputs(deps.pool, maker.job_id, [...STAGES]);
    return describe(maker.job_id, snapshot, outputs);
  },
};

function noFilm(): StageFault {
  return new StageFault('film_missing', 'The job that was named has no finished film.');
}

function describe(jobId: string, snapshot: OutputSnapshot, outputs: Outputs): SourceOutput {
  const film = newest(outputs, 'output', null);
  const stitch = newest(outputs, 'stitch', null);
  if (!film || !stitch) throw noFilm();
  return {
    job_id: jobId,
    video: film.video,
    audio_master: stitch.audio_master,
    captions_srt: stitch.captions_srt,
    timeline: film.timeline,
    duration_ms: film.duration_ms,
    size: film.size,
    fps: film.fps,
    letters: { captions: captionsOf(snapshot) === 'burned', watermark: snapshot.output.watermark !== null },
    scenes: stitch.scenes.map((bounds) => describeScene(bounds, outputs)),
  };
}

function describeScene(bounds: { scene: number; start_ms: number; end_ms: number }, outputs: Outputs): SourceScene {
  const speech = newest(outputs, 'speech', bounds.scene);
  if (!speech) throw noFilm();
  const cutaways = newest(outputs, 'broll_pose', bounds.scene)?.cutaways ?? [];
  return {
    ...bounds,
    layers: newest(outputs, 'scene_assets', bounds.scene)?.layers ?? null,
    track: newest(outputs, 'lip_sync', bounds.scene)?.track ?? null,
    timing: speech.timing,
    cutaways: cutaways.map(({ start_ms, end_ms }) => ({ start_ms: bounds.start_ms + start_ms, end_ms: bounds.start_ms + end_ms })),
  };
}

/** The newest generation; the documents were written by this code, so their types are known. */
function newest<Name extends (typeof STAGES)[number]>(outputs: Outputs, stage: Name, scene: number | null): StageOutputs[Name] | null {
  const found = outputs.filter((step) => step.stage === stage && step.scene === scene).at(-1);
  return found ? (found.output as StageOutputs[Name]) : null;
}
