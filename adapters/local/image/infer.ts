import { tensor4d } from '@tensorflow/tfjs-core';
import type { GraphModel } from '@tensorflow/tfjs-converter';

/**
 * Runs a model on one square RGB picture (`side` x `side`, interleaved floats in the model's own range) and returns the
 * named outputs as flat numbers. Frees all tensors.
 */
export function infer<Name extends string>(
  model: GraphModel,
  input: { pixels: Float32Array; side: number },
  outputs: readonly Name[],
): Record<Name, Float32Array> {
  const tensor = tensor4d(input.pixels, [1, input.side, input.side, 3]);
  const results = model.execute(tensor, [...outputs]);
  const tensors = Array.isArray(results) ? results : [results];
  const values = outputs.map((name, index) => [name, Float32Array.from(tensors[index]?.dataSync() ?? [])]);
  for (const used of [tensor, ...tensors]) used.dispose();
  // Built from exactly the names asked for.
  return Object.fromEntries(values) as Record<Name, Float32Array>;
}
