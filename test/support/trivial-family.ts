import { CAPABILITY_VERSION, type AdapterInfo, type CapabilityName, type Traits, type WorkContext } from '../../adapters/capabilities/adapter';
import type { Adapters } from '../../activities/deps';
import type { AssetRef } from '../../contracts/media';
import { SAMPLE_REPORT, VOICE } from './snapshots';

/**
 * A family that does nothing but answer at once, for tests and benchmarks of orchestration alone. Its answers have the
 * right shape, and `onCall` sees each call before it is answered: to count, to hold or to fail it.
 */
export interface TrivialOptions {
  onCall(call: { operation: string; scene: number | null; signal: AbortSignal }): Promise<void> | void;
  scenes(): number;
}

const TRAITS: Traits = {
  call: 'direct',
  queue: 'media',
  dedupe: 'deterministic',
  cancel: 'any',
  webhook: false,
  result_ttl_ms: null,
  cost: 'free',
  inputs: 'path',
};

export const NOTHING: AssetRef = { asset_id: `as_${'0'.repeat(32)}`, sha256: '0'.repeat(64), content_type: 'application/json', bytes: 2 };

function info<Name extends CapabilityName>(capability: Name): AdapterInfo & { capability: Name } {
  return { capability, specification_version: CAPABILITY_VERSION, family: 'trivial', model: 'trivial-1', traits: TRAITS };
}

const FREE = { supports: () => ({ ok: true }) as const, estimate: () => ({ low: 0, high: 0 }) };

export function createTrivialFamily(options: TrivialOptions): Adapters {
  const call: Call = async (operation, context, scene = null) => {
    // Following a cancellation costs something, so nobody does who does not look at it.
    await options.onCall({ operation, scene, get signal() { return context.signal; } });
  };
  return { ...creation(call), ...planning(call, options), ...scenes(call), ...joins(call), desk: {} };
}

type Call = (operation: string, context: Pick<WorkContext, 'signal'>, scene?: number | null) => Promise<void>;

function creation(call: Call): Pick<Adapters, 'inspector' | 'image' | 'voice' | 'align'> {
  return {
    inspector: {
      validatePhotos: async (request, context) => {
        await call('validate', context);
        return { chosen: 0, reason: 'The only one.', photo: request.photos[0] ?? NOTHING, photos: [] };
      },
      inspectSample: async (_, context) => (await call('inspect_sample', context), SAMPLE_REPORT),
    },
    image: {
      ...info('image'),
      ...FREE,
      neutralImage: async (_, context) => {
        await call('neutral_image', context);
        return { neutral: NOTHING, plate: NOTHING, mesh: NOTHING, metrics: {}, warnings: [] };
      },
      characterSheet: async (_, context) => {
        await call('character_sheet', context);
        return { sheet: NOTHING, views: [], palette: [] };
      },
    },
    voice: { ...info('voice'), ...FREE, perform: async (_, context) => (await call('voice_profile', context), { profile: VOICE }) },
    align: {
      ...info('align'),
      ...FREE,
      perform: async () => ({ duration_ms: 0, words: [], phones: [], visemes: [], sentences: [], source: 'estimated', confidence: 0 }),
    },
  };
}

function planning(call: Call, options: TrivialOptions): Pick<Adapters, 'plan'> {
  return {
    plan: {
      ...info('plan'),
      ...FREE,
      script: async (request, context) => {
        await call('script_context', context);
        const script = request.script ?? request.scenes?.join('\n\n') ?? `About ${request.brief ?? 'nothing'}.`;
        const note = request.note === null ? '' : ` (${request.note})`;
        return { script: script + note, source: 'script', language: 'en', paragraphs: 1, sentences: 1, words: 2, estimated_ms: 1000 };
      },
      storyboard: async (request, context) => {
        await call('storyboard', context);
        const made = Array.from({ length: options.scenes() }, (_, index) => sceneOf(index + 1, request.script));
        if (!request.revise || !request.previous) return { scenes: made };
        const again = new Set(request.revise.scenes);
        return {
          scenes: request.previous.map((scene) =>
            again.has(scene.scene) ? { ...scene, transcript: `${scene.transcript} ${request.revise?.note ?? ''}` } : scene,
          ),
        };
      },
    },
  };
}

function sceneOf(scene: number, script: string) {
  return {
    scene,
    transcript: `${script} ${scene}`,
    pose: { name: 'neutral' as const, intensity: 0 },
    visual: {
      framing: 'medium' as const,
      background: { prompt: null, asset: null },
      b_roll: null,
      place: 'studio',
      time_of_day: 'day' as const,
      mood: 'calm',
    },
    estimated_ms: 1000,
  };
}

function scenes(call: Call): Pick<Adapters, 'speech' | 'background' | 'video' | 'broll' | 'lip_sync' | 'enhance'> {
  return {
    speech: {
      ...info('speech'),
      ...FREE,
      perform: async (request, context) => {
        await call('speech', context, sceneNumberIn(request.transcript));
        return {
          duration_ms: 1000,
          audio: NOTHING,
          timing: NOTHING,
          words: request.transcript.length,
          engine: 'trivial',
          voice_id: 'trivial',
          timing_source: 'engine',
          confidence: 1,
          loudness_lufs: -16,
          warnings: [],
        };
      },
    },
    background: {
      ...info('background'),
      ...FREE,
      perform: async (request, context) => {
        await call('backgrounds', context, request.scene);
        return { image: NOTHING, description: request.note ?? 'plain', light: { tint: [1, 1, 1], level: 1, direction: 'front' } };
      },
    },
    video: {
      ...info('video'),
      ...FREE,
      perform: async (request, context) => {
        await call('scene_assets', context, request.scene);
        return { layers: NOTHING, clip: null, preview: NOTHING, framing: request.framing, pose: request.pose };
      },
    },
    broll: {
      ...info('broll'),
      ...FREE,
      perform: async (request, context) => {
        await call('broll_pose', context, request.scene);
        return { kind: request.kind, track: null, cutaways: [], warnings: [] };
      },
    },
    lip_sync: {
      ...info('lip_sync'),
      ...FREE,
      traits: { ...TRAITS, queue: null },
      perform: async (request, context) => {
        await call('lip_sync', context, request.scene);
        return { track: NOTHING, clip: null, preview: null, closures: 0 };
      },
    },
    enhance: {
      ...info('enhance'),
      ...FREE,
      perform: async (request, context) => {
        await call('enhance', context);
        return { video: NOTHING, frames: 25, size: request.size };
      },
    },
  };
}

/** The trivial planner ends each transcript with its scene's number, or a note behind it. */
function sceneNumberIn(transcript: string): number | null {
  const found = /(\d+)[^\d]*$/.exec(transcript);
  return found ? Number(found[1]) : null;
}

function joins(call: Call): Pick<Adapters, 'assembly'> {
  return {
    assembly: {
      stitch: async (request, context) => {
        await call('stitch', context);
        const timeline = { duration_ms: request.scenes.length * 1000, fps: 25, scenes: [] };
        return {
          timeline,
          audio_master: NOTHING,
          captions_vtt: NOTHING,
          captions_srt: NOTHING,
          rough_cut: NOTHING,
          duration_ms: timeline.duration_ms,
          loudness_lufs: -16,
          true_peak_db: -1.5,
          scenes: request.scenes.map((scene, index) => ({ scene: scene.storyboard.scene, start_ms: index * 1000, end_ms: (index + 1) * 1000 })),
          continuity: [],
        };
      },
      join: async (_, context) => (await call('output', context), { video: NOTHING, poster: NOTHING, checks: [] }),
      cut: async ({ film, size }, context) => {
        await call('cuts', context);
        return { video: NOTHING, poster: NOTHING, captions: [], duration_ms: film.duration_ms, size, fps: film.fps, checks: [] };
      },
      sceneCues: () => [],
    },
  };
}
