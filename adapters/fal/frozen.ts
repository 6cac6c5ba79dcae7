import { z } from 'zod';
import type { AssetRef } from '../../contracts/media';
import type { FrozenRequest, OperationCall } from '../capabilities/paid-operation';
import type { WorkSize } from '../capabilities/work-size';

const frozen = z.object({
  capability: z.enum(['video', 'lip_sync', 'enhance', 'background']),
  /** The model's input but for its media. */
  input: z.record(z.string(), z.unknown()),
  /** Names of assets by the field of the input that takes their address. */
  lend: z.record(z.string(), z.string()),
  /** What is billed where the provider does not say. */
  size: z.object({ duration_ms: z.number(), width: z.number(), height: z.number() }),
});

/** What a frozen request to fal holds: all that is needed to send it, and to know its price, without the work that made it. */
export type FrozenBody = z.infer<typeof frozen>;

export function freeze(model: string, made: { capability: FrozenBody['capability']; input: Record<string, unknown>; media: Record<string, AssetRef>; size: Pick<WorkSize, 'duration_ms' | 'width' | 'height'> }): FrozenRequest {
  const lend = Object.fromEntries(Object.keys(made.media).map((field) => [field, field]));
  const { duration_ms, width, height } = made.size;
  const body: FrozenBody = { capability: made.capability, input: made.input, lend, size: { duration_ms, width, height } };
  return { model, body, assets: made.media };
}

/** @throws ZodError for a request that another version of this file froze in another shape */
export function frozenBody(request: FrozenRequest): FrozenBody {
  return frozen.parse(request.body);
}

/** The input as it goes out, with addresses that outlive the queue. */
export async function wireInput(request: FrozenRequest, call: OperationCall): Promise<Record<string, unknown>> {
  const { input, lend } = frozenBody(request);
  const wire: Record<string, unknown> = { ...input };
  for (const [field, name] of Object.entries(lend)) {
    const asset = request.assets[name];
    if (!asset) throw new Error(`The frozen request names no asset ${name}.`);
    wire[field] = await call.lend(asset);
  }
  return wire;
}
