import type { AssetRef, Timeline } from '../../contracts/media';
import type { FilmOutput } from '../../contracts/stages';
import { loadManifestSteps } from '../../db/manifest';
import type { OutputInputs } from '../../workflows/avatar-output.stages';
import { readDocument } from '../documents';
import type { StageWork, Work } from '../stage-work';

type Input = OutputInputs['output'];

/** The film: scene videos joined by stream copy, sound, captions, poster, its own checks and a manifest of it all. */
export const output: StageWork<'output', Input> = {
  adapter: () => ({ family: 'local', model: 'assembly-1', traits: { cost: 'free' } }),
  perform: async (work) => {
    const { input, context } = work;
    const timeline = await finishTimeline(work);
    const film = await joinFilm(work, timeline);
    const captions = captionsOf(input);
    const timelineAsset = await context.storeJson('timeline', timeline);
    const made = { ...film, captions, timeline: timelineAsset, storyboard: input.storyboard.document };
    return {
      ...made,
      duration_ms: input.stitch.duration_ms,
      size: input.size,
      fps: input.fps,
      manifest: await writeManifest(work, made),
    };
  },
};

/** The stitched timeline with the finished scene videos put in. */
async function finishTimeline({ input, context }: Work<Input>): Promise<Timeline> {
  const timeline = await readDocument<Timeline>(context, input.stitch.timeline);
  const scenes = timeline.scenes.map((scene, index) => ({
    ...scene,
    assets: { ...scene.assets, scene_video: input.videos[index]?.video.asset_id ?? null },
  }));
  return { ...timeline, scenes };
}

async function joinFilm({ input, job, adapters, context }: Work<Input>, timeline: Timeline) {
  return adapters.assembly.join(
    {
      scenes: input.videos.map(({ video, frames }, index) => ({ scene: index + 1, video, frames })),
      audio_master: input.stitch.audio_master,
      captions_srt: input.captions === 'none' ? null : input.stitch.captions_srt,
      burned: input.captions === 'burned',
      size: input.size,
      fps: input.fps,
      duration_ms: input.stitch.duration_ms,
      loudness_lufs: input.stitch.loudness_lufs,
      neutral: input.neutral,
      title: `Understudy ${job.job_id}`,
      tracks: input.tracks.map((track, index) => ({ scene: index + 1, track, cutaways: input.cutaways[index] ?? [] })),
      timeline,
    },
    context,
  );
}

/** Sidecar files exist whenever captions are wanted; burned captions keep them too, for search and for readers. */
function captionsOf(input: Input): FilmOutput['captions'] {
  if (input.captions === 'none') return [];
  return [
    { format: 'vtt', asset: input.stitch.captions_vtt },
    { format: 'srt', asset: input.stitch.captions_srt },
  ];
}

type Made = Pick<FilmOutput, 'video' | 'poster' | 'captions' | 'timeline' | 'storyboard' | 'checks'>;

async function writeManifest({ input, job, deps, context }: Work<Input>, made: Made): Promise<AssetRef> {
  const scenes = input.videos.map(({ video }, index) => fileOf('scene_video', index + 1, video));
  return context.storeJson('manifest', {
    job_id: job.job_id,
    avatar: `${input.avatar.avatar_id}@v${input.avatar.version}`,
    synthetic: true,
    files: [
      fileOf('video', null, made.video),
      fileOf('rough_cut', null, input.stitch.rough_cut),
      fileOf('poster', null, made.poster),
      ...made.captions.map(({ format, asset }) => fileOf(`captions_${format}`, null, asset)),
      fileOf('timeline', null, made.timeline),
      fileOf('storyboard', null, made.storyboard),
      ...scenes,
    ],
    stages: await loadManifestSteps(deps.pool, job.job_id),
    checks: made.checks,
  });
}

function fileOf(kind: string, scene: number | null, asset: AssetRef) {
  return { kind, scene, asset_id: asset.asset_id, sha256: asset.sha256, bytes: asset.bytes, content_type: asset.content_type };
}
