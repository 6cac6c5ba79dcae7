import type { AssetRef } from '../../contracts/media';
import { loadManifestSteps } from '../../db/manifest';
import type { MarketingInputs } from '../../workflows/marketing-cut.stages';
import type { StageWork } from '../stage-work';

type Input = MarketingInputs['publish'];

/** The manifest of all cuts; like a film's, with the film they were made of. */
export const publish: StageWork<'publish', Input> = {
  perform: async ({ input, job, deps, context }) => ({
    manifest: await context.storeJson('manifest', {
      job_id: job.job_id,
      source: { job_id: input.source.job_id, video_sha256: input.source.video.sha256 },
      synthetic: true,
      files: input.cuts.flatMap(filesOf),
      stages: await loadManifestSteps(deps.pool, job.job_id),
      checks: input.cuts.flatMap((cut) => cut.checks.map((check) => ({ cut: cut.name, ...check }))),
    }),
  }),
};

function filesOf(cut: Input['cuts'][number]) {
  return [
    fileOf('cut', cut.name, cut.video),
    fileOf('poster', cut.name, cut.poster),
    ...cut.captions.map(({ format, asset }) => fileOf(`captions_${format}`, cut.name, asset)),
  ];
}

function fileOf(kind: string, cut: string, asset: AssetRef) {
  return { kind, cut, scene: null, asset_id: asset.asset_id, sha256: asset.sha256, bytes: asset.bytes, content_type: asset.content_type };
}
