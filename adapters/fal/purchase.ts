import type { AssetRef, FrameSize } from '../../contracts/media';
import type { AdapterInfo, Support, Traits, WorkContext } from '../capabilities/adapter';
import type { Finishing } from '../capabilities/finishing';
import type { JobDesk, PaidOperation } from '../capabilities/paid-operation';
import type { WorkSize } from '../capabilities/work-size';
import { freeze } from './frozen';
import { falEstimate, type FalCapability, type FalModel } from './tariff';

/** What an adapter of this family works with. */
export interface FalWork<Name extends FalCapability> {
  info: AdapterInfo & { readonly capability: Name };
  model: FalModel;
  finishing: Finishing;
  /** Has the model make one thing, exactly once. @throws ProviderFault */
  buy(wish: Wish, context: WorkContext): Promise<AssetRef>;
}

export interface Wish {
  /** The model's input, beside what the tariff always sends. */
  input: Record<string, unknown>;
  /** Assets by the field of the input that takes their address. */
  media: Record<string, AssetRef>;
  size: WorkSize;
}

interface Counter {
  capability: FalCapability;
  model: FalModel;
  traits: Traits;
  desk: JobDesk;
  submit: PaidOperation['submit'];
}

/** Buys one result of a model and gives its only file. */
export function buyFrom({ capability, model, traits, desk, submit }: Counter): FalWork<FalCapability>['buy'] {
  return async ({ input, media, size }, context) => {
    const request = freeze(model.model, { capability, input: { ...model.input, ...input }, media, size });
    const stored = await context.operate({ ...desk, family: 'fal', part: '', traits, estimate: falEstimate(model, size), request, submit });
    const [file] = Object.values(stored.files);
    if (!file) throw new Error('A stored outcome of fal holds no file.');
    return file;
  };
}

export function sizeOf(request: { size: FrameSize; duration_ms?: number }): WorkSize {
  return { characters: 0, duration_ms: request.duration_ms ?? 0, ...request.size };
}

/** Whether the model makes films of this length. */
export function supportsLength({ longest_s, model }: FalModel, duration_ms: number): Support {
  if (Math.ceil(duration_ms / 1_000) <= longest_s) return { ok: true };
  return { ok: false, reason: `${model} makes films of up to ${longest_s} seconds; this scene is longer.` };
}

/** Whether there is a scene that the model can work on, in layers or as a clip, and not too long a one. */
export function supportsScene(model: FalModel, scene: { clip: AssetRef | null; layers: AssetRef | null; duration_ms: number }): Support {
  if (!scene.clip && !scene.layers) return { ok: false, reason: 'There is neither a clip nor a scene in layers to work on.' };
  return supportsLength(model, scene.duration_ms);
}
