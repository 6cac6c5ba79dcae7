import type { Adapters } from '../../activities/deps';
import type { WorkContext } from '../../adapters/capabilities/adapter';
import type { AssetKind, AssetRef } from '../../contracts/media';
import { createTrivialFamily, type TrivialOptions } from './trivial-family';

/** The trivial family with bytes of their own for what shows a face: nothing that it makes is the same twice. */
export function createKeepingFamily(options: TrivialOptions): Adapters {
  const trivial = createTrivialFamily(options);
  const run = Math.random();
  let made = 0;
  const keep = (kind: AssetKind, context: WorkContext): Promise<AssetRef> => context.storeJson(kind, { run, made: (made += 1) });
  return {
    ...trivial,
    image: {
      ...trivial.image,
      neutralImage: async (request, context) => ({
        ...(await trivial.image.neutralImage(request, context)),
        neutral: await keep('neutral_image', context),
        plate: await keep('plate', context),
        mesh: await keep('mesh', context),
      }),
      characterSheet: async (request, context) => ({
        ...(await trivial.image.characterSheet(request, context)),
        sheet: await keep('character_sheet', context),
      }),
    },
    video: {
      ...trivial.video,
      perform: async (request, context) => ({ ...(await trivial.video.perform(request, context)), layers: await keep('layers', context) }),
    },
    lip_sync: {
      ...trivial.lip_sync,
      perform: async (request, context) => ({ ...(await trivial.lip_sync.perform(request, context)), track: await keep('face_track', context) }),
    },
    assembly: {
      ...trivial.assembly,
      join: async (request, context) => ({ ...(await trivial.assembly.join(request, context)), video: await keep('video', context) }),
    },
  };
}
