import { tensor4d } from '@tensorflow/tfjs-core';
import type { GraphModel } from '@tensorflow/tfjs-converter';

/**
 * Runs a model on one square RGB picture (`side` x `side`, interleaved floats in the model's own range). The result looks
 * up an output by name, as flat numbers. Frees all tensors.
 */
export function infer<Name extends string>(
  model: GraphModel,
  input: { pixels: Float32Array; side: number },
  outputs: readonly Name[],
): (name: Name) => Float32Array {
  const tensor = tensor4d(input.pixels, [1, input.side, input.side, 3]);
  const results = model.execute(tensor, [...outputs]);
  const tensors = Array.isArray(results) ? results : [results];
  const values = tensors.map((one) => Float32Array.from(one.dataSync()));
  for (const used of [tensor, ...tensors]) used.dispose();
  return (name) => {
    const found = values[outputs.indexOf(name)];
    if (found === undefined) throw new RangeError(`The model has no output ${name}.`);
    return found;
  };
}
