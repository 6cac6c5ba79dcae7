import type { PhotoInspector } from '../capabilities/image';
import type { AssemblyAdapter } from '../capabilities/assembly';
import type { SampleInspector } from '../capabilities/voice';
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
import { createLocalVoice, inspectSample } from './speech/local-voice';
import { createSentenceCache } from './speech/sentence-cache';
import type { SentenceCache } from './speech/sentence-cache';
import { USUAL_MACHINE } from './speech/voices';
import type { SpeechLadder } from './speech/voices';

/** Some 3,000 sentences. */
const CACHE_BYTES = 512 * 1024 * 1024;
const CACHE_MS = 7 * 24 * 3_600_000;

export interface LocalSettings {
  pool: ComputePool;
  ffmpegPath: string;
  /** Engine of the voice `local:auto` (LOCAL_TTS). */
  tts?: SpeechLadder;
  /** Folder of neural voices (LOCAL_VOICES_DIR). */
  voicesDir?: string;
  /** Compare faces within a job: several photos with each other, the film with the neutral picture (LOCAL_IDENTITY_CHECK). */
  identityCheck?: boolean;
  /** Folder of spoken sentences (LOCAL_SPEECH_CACHE_DIR); without one none are kept. */
  speechCacheDir?: string;
}

/** The family that needs no key, no GPU and no download at run time. */
export function createLocalFamily(settings: LocalSettings) {
  const { pool, ffmpegPath, tts: ladder } = settings;
  const machine = { ...USUAL_MACHINE, voicesDir: settings.voicesDir ?? null };
  const { identityCheck = true } = settings;
  const image = createLocalImage(pool, { identityCheck });
  const inspector: PhotoInspector & SampleInspector = {
    validatePhotos: image.validatePhotos,
    inspectSample: (sample, context) => inspectSample({ pool, ffmpegPath }, sample, context),
  };
  const assembly: AssemblyAdapter = createLocalAssembly(pool, ffmpegPath, { identityCheck });
  const background = createLocalBackground(pool);
  const enhance = createLocalEnhance(pool, ffmpegPath);
  const video = createLocalVideo(pool);
  return {
    inspector,
    assembly,
    finishing: createLocalFinishing({ pool, ffmpegPath, image, background, enhance, video }),
    image,
    plan: createLocalPlan(),
    speech: createLocalSpeech(pool, { ladder, machine, cache: sentenceCache(settings.speechCacheDir) }),
    voice: createLocalVoice(pool, ffmpegPath, { machine }),
    align: createLocalAlign(pool, ffmpegPath),
    background,
    video,
    broll: createLocalBroll(pool),
    lip_sync: createLocalLipSync(pool),
    enhance,
  };
}

function sentenceCache(dir: string | undefined): SentenceCache | null {
  if (dir === undefined) return null;
  return createSentenceCache({ dir, most_bytes: CACHE_BYTES, longest_ms: CACHE_MS, now: Date.now });
}
