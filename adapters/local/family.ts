import type { PhotoInspector } from '../capabilities/image';
import type { AssemblyAdapter } from '../capabilities/assembly';
import { createLocalAssembly } from './assembly/local-assembly';
import { createLocalBackground } from './background/local-background';
import { createLocalBroll } from './broll/local-broll';
import type { ComputePool } from './compute/pool';
import { createLocalFinishing } from './finishing/local-finishing';
import { createLocalImage } from './image/adapter';
import { createLocalPlan } from './plan/local-plan';
import { createLocalEnhance } from './render/enhance-adapter';
import { createLocalLipSync } from './render/lip-sync-adapter';
import { createLocalVideo } from './render/video-adapter';
import { createLocalAlign } from './speech/local-align';
import { createLocalSpeech } from './speech/local-speech';
import { createLocalVoice } from './speech/local-voice';
import type { SpeechLadder } from './speech/voices';

export interface LocalSettings {
  pool: ComputePool;
  ffmpegPath: string;
  /** Engine of the voice `local:auto` (LOCAL_TTS). */
  tts?: SpeechLadder;
}

/** The family that needs no key, no GPU and no download at run time. */
export function createLocalFamily({ pool, ffmpegPath, tts }: LocalSettings) {
  const image = createLocalImage(pool);
  const inspector: PhotoInspector = image;
  const assembly: AssemblyAdapter = createLocalAssembly(pool, ffmpegPath);
  const background = createLocalBackground(pool);
  const enhance = createLocalEnhance(pool, ffmpegPath);
  return {
    inspector,
    assembly,
    finishing: createLocalFinishing({ pool, ffmpegPath, image, background, enhance }),
    image,
    plan: createLocalPlan(),
    speech: createLocalSpeech(pool, { ladder: tts }),
    voice: createLocalVoice(pool, ffmpegPath),
    align: createLocalAlign(pool, ffmpegPath),
    background,
    video: createLocalVideo(pool),
    broll: createLocalBroll(pool),
    lip_sync: createLocalLipSync(pool),
    enhance,
  };
}
