import type { AssetRef } from '../../../contracts/media';
import type { BackgroundOutput, NeutralImageOutput } from '../../../contracts/stages';
import type { WorkContext } from '../../capabilities/adapter';
import type { BackgroundAdapter, BackgroundRequest } from '../../capabilities/background';
import type { ImageAdapter, NeutralImageRequest } from '../../capabilities/image';
import { ProviderFault } from '../../capabilities/provider-fault';
import type { ComputePool } from '../compute/pool';
import { namesGround } from '../image/neutral-look';

interface RawPicture {
  picture: AssetRef;
  family: string;
}

/**
 * A portrait that a provider made to neutral image, plate and mesh. It is looked at like a caller's photo first: one face,
 * whole, sharp and turned to the viewer.
 * @throws ProviderFault `bad_output` when it is not
 */
export async function finishPortrait(
  { pool, image }: { pool: ComputePool; image: ImageAdapter },
  raw: RawPicture,
  { request, context }: { request: NeutralImageRequest; context: WorkContext },
): Promise<NeutralImageOutput> {
  return refusedIsBadOutput(raw.family, async () => {
    const seen = await pool.run('image.inspect', { path: await context.open(raw.picture) }, { signal: context.signal });
    // What the style says about the person is in the picture already; only the ground is painted here.
    const style = request.style !== null && namesGround(request.style) ? request.style : null;
    const made = await image.neutralImage({ photo: raw.picture, rotation: seen.rotation, seed: request.seed, style }, context);
    return { ...made, warnings: [...seen.warnings, ...made.warnings] };
  });
}

/** A picture for the whole frame. @throws ProviderFault `bad_output` when it cannot be decoded */
export async function finishBackground(
  background: BackgroundAdapter,
  raw: RawPicture & { description: string },
  { request, context }: { request: BackgroundRequest; context: WorkContext },
): Promise<BackgroundOutput> {
  const visual = { ...request.visual, background: { prompt: null, asset: raw.picture } };
  const fitted = await refusedIsBadOutput(raw.family, () => background.perform({ ...request, visual, note: null }, context));
  return { ...fitted, description: raw.description };
}

/** Told by name: a refusal comes from another thread. */
async function refusedIsBadOutput<Result>(family: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'PhotoRefused') throw error;
    throw new ProviderFault(family, { kind: 'bad_output', charged: 'yes' });
  }
}
