import type { Adapters } from '../../activities/deps';
import type { WorkContext } from '../../adapters/capabilities/adapter';
import type { AssemblyAdapter } from '../../adapters/capabilities/assembly';
import type { AssetKind, AssetRef, Timeline } from '../../contracts/media';
import type { SourceOutput } from '../../contracts/stages';
import { readJsonFile } from '../../adapters/local/render/json-file';
import type { TestContext } from '../adapters/local/assembly/test-context';
import { createTrivialFamily, type TrivialOptions } from './trivial-family';

/** A family whose films are one and the same real film, made beforehand, and whose cuts are really made. */
export function createFilmFamily(prepared: { film: SourceOutput; shelf: TestContext; assembly: AssemblyAdapter }, options: TrivialOptions): Adapters {
  const { film, shelf, assembly } = prepared;
  const trivial = createTrivialFamily(options);
  const restore = async (kind: AssetKind, asset: AssetRef, context: WorkContext): Promise<AssetRef> =>
    context.store(kind, { path: await shelf.open(asset), content_type: asset.content_type });
  return {
    ...trivial,
    speech: {
      ...trivial.speech,
      perform: async (request, context) => {
        const scene = Number(/(\d+)$/.exec(request.transcript)?.[1] ?? 1);
        const made = await trivial.speech.perform(request, context);
        return { ...made, timing: await restore('speech_timing', film.scenes[scene - 1]!.timing, context) };
      },
    },
    video: {
      ...trivial.video,
      perform: async (request, context) => {
        const layers = film.scenes[request.scene - 1]!.layers!;
        const { mesh } = await readJsonFile<{ mesh: AssetRef }>(await shelf.open(layers));
        await restore('mesh', mesh, context);
        const stored = await restore('layers', layers, context);
        return { ...(await trivial.video.perform(request, context)), layers: stored };
      },
    },
    lip_sync: {
      ...trivial.lip_sync,
      perform: async (request, context) => {
        const track = await restore('face_track', film.scenes[request.scene - 1]!.track!, context);
        return { ...(await trivial.lip_sync.perform(request, context)), track };
      },
    },
    assembly: {
      ...assembly,
      stitch: async (request, context) => ({
        ...(await trivial.assembly.stitch(request, context)),
        timeline: await readJsonFile<Timeline>(await shelf.open(film.timeline)),
        audio_master: await restore('audio_master', film.audio_master, context),
        captions_srt: await restore('captions_srt', film.captions_srt, context),
        duration_ms: film.duration_ms,
        scenes: film.scenes.map(({ scene, start_ms, end_ms }) => ({ scene, start_ms, end_ms })),
      }),
      join: async (request, context) => ({
        ...(await trivial.assembly.join(request, context)),
        video: await restore('video', film.video, context),
      }),
      cut: async (request, context) => {
        // The film is smaller than any that a job may ask for.
        await options.onCall({ operation: 'cuts', scene: null, signal: context.signal });
        return assembly.cut({ ...request, film: { ...request.film, size: film.size } }, context);
      },
    },
  };
}
