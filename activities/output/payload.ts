import { FPS } from '../../contracts/vocabulary';
import type { OutputInputs } from '../../workflows/avatar-output.stages';
import type { StageWork } from '../stage-work';

/** Resolves the frozen snapshot: sizes, voice, the avatar version's assets. */
export const payload: StageWork<'payload', OutputInputs['payload']> = {
  perform: ({ input, job }) => {
    const { avatar, output } = input;
    const { plate, mesh, neutral_image } = avatar.identity;
    return Promise.resolve({
      mode: input.mode,
      avatar: { avatar_id: avatar.avatar_id, version: avatar.version, plate, mesh, neutral: neutral_image },
      voice: input.voice,
      size: input.size,
      fps: FPS,
      captions: output.captions,
      loudness_lufs: output.loudness_lufs,
      watermark: output.watermark,
      background: output.background,
      seed: output.seed,
      snapshot_sha256: job.snapshot_sha256,
    });
  },
};
