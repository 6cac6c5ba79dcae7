import { ANY_VOICE, frameSize, type FrameSize, type Pose, type SceneVisual, type StoryboardScene, type VoiceProfile } from '../contracts/media';
import type { OutputSnapshot } from '../contracts/snapshot';
import type { CaptionMode } from '../contracts/vocabulary';

/**
 * What holds for a scene after a retry's patch: the override where there is one, else what the upstream stage made.
 * Each function is called by the one stage at which its member takes effect.
 */
export function transcriptOf(snapshot: OutputSnapshot, planned: StoryboardScene): string {
  return snapshot.overrides.scenes[String(planned.scene)]?.transcript ?? planned.transcript;
}

export function backgroundOf(snapshot: OutputSnapshot, planned: StoryboardScene): SceneVisual['background'] {
  return snapshot.overrides.scenes[String(planned.scene)]?.background ?? planned.visual.background;
}

export function poseOf(snapshot: OutputSnapshot, planned: StoryboardScene): Pose {
  return snapshot.overrides.scenes[String(planned.scene)]?.pose ?? planned.pose;
}

export function noteOf(snapshot: OutputSnapshot, scene: number): string | null {
  return snapshot.overrides.notes[String(scene)] ?? null;
}

export function sizeOf(snapshot: OutputSnapshot): FrameSize {
  const output = { ...snapshot.output, ...snapshot.overrides.output };
  return frameSize(output.aspect_ratio, output.resolution);
}

export function captionsOf(snapshot: OutputSnapshot): CaptionMode {
  return snapshot.overrides.output?.captions ?? snapshot.output.captions;
}

export function loudnessOf(snapshot: OutputSnapshot): number {
  return snapshot.overrides.output?.loudness_lufs ?? snapshot.output.loudness_lufs;
}

/** The avatar's own voice unless the job names a stock voice. */
export function voiceOf(snapshot: OutputSnapshot): { voice: VoiceProfile; rate: number; pitch: number } {
  const wanted = snapshot.overrides.voice ?? snapshot.voice;
  const own = snapshot.avatar.voice_profile;
  const voice = wanted.voice_id === null && own !== null ? own : stockVoice(wanted.voice_id);
  return { voice, rate: wanted.rate, pitch: wanted.pitch };
}

/** A voice's id begins with the family that has it; one without belongs to the local family. */
export function voiceFamily(voiceId: string | null): string {
  if (voiceId === null) return ANY_VOICE;
  return voiceId.includes(':') ? (voiceId.split(':')[0] ?? 'local') : 'local';
}

function stockVoice(voiceId: string | null): VoiceProfile {
  return {
    kind: 'stock',
    family: voiceFamily(voiceId),
    engine: 'auto',
    voice_id: voiceId ?? ANY_VOICE,
    params: { rate: 1, pitch: 1, formant: 1 },
    measured: null,
    residual: null,
    sample_sha256: null,
    warnings: [],
    licence: 'see npm run voices',
    disclosure: 'A synthetic stock voice.',
  };
}
