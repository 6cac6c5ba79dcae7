import type { BackgroundAdapter } from '../../capabilities/background';
import type { EnhanceAdapter } from '../../capabilities/enhance';
import type { Finishing } from '../../capabilities/finishing';
import type { ImageAdapter } from '../../capabilities/image';
import type { VideoAdapter } from '../../capabilities/video';
import { inspectSample } from '../speech/local-voice';
import { finishBackground, finishPortrait } from './finish-picture';
import { finishSpeech, type SoundTools } from './finish-speech';
import { grabFrame } from './grab-frame';

interface LocalWork extends SoundTools {
  image: ImageAdapter;
  background: BackgroundAdapter;
  enhance: EnhanceAdapter;
  video: VideoAdapter;
}

/** Nothing over the picture. */
const PLAIN = { cutaways: [], burn: null, watermark: null };

/** Turns what providers give into what stages leave, with the family that computes on this machine. */
export function createLocalFinishing(work: LocalWork): Finishing {
  const { image, background, enhance, video, ffmpegPath } = work;
  return {
    speech: (raw, request, context) => finishSpeech(work, raw, { request, context }),
    neutralImage: (raw, request, context) => finishPortrait(work, raw, { request, context }),
    characterSheet: (request, context) => image.characterSheet(request, context),
    voiceSample: async (sample, context) => {
      const { measured, warnings } = await inspectSample(work, sample, context);
      return { measured: { ...measured }, warnings };
    },
    background: (raw, request, context) => finishBackground(background, raw, { request, context }),
    clip: ({ clip }, target, context) => enhance.perform({ ...PLAIN, ...target, clip, layers: null, track: null }, context),
    firstFrame: async (request, context) => (await video.perform(request, context)).preview,
    sceneClip: (scene, target, context) => enhance.perform({ ...PLAIN, ...target, ...scene, clip: null }, context),
    preview: (clip, at_ms, context) => grabFrame(ffmpegPath, clip, { at_ms, context }),
  };
}
