import {
  add,
  avgPool,
  concat,
  conv2d,
  matMul,
  maxPool,
  mean,
  mul,
  pad,
  relu,
  tensor4d,
  tidy,
  zeros,
} from '@tensorflow/tfjs-core';
import type { NamedTensorMap, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { TaskHost } from '../compute/host';
import type { Landmark } from './landmarks';
import { pointAt } from './landmarks';
import { LEFT_EYE, RIGHT_EYE } from './mesh-points';
import { loadWeights } from './models';
import type { Raster } from './raster';
import { sampleSimilarity } from './sample';

/** 128 numbers; two of one person lie closer than 0.6, most of two people farther. Biometric data: never store or log it. */
export type FaceEmbedding = Float32Array;

const SIDE = 150;
/** Where dlib's training pictures had the eyes: their distance, and the height of the line between them. */
const EYES = { distance: 52.9, y: 46.6 } as const;
/** Mean colour of the training pictures. */
const MEAN = [122.782, 117.001, 104.298] as const;

const loadNetwork = () => loadWeights('face-recognition');

/** The network's answer for a face whose mesh is known, in the picture's pixels. About 40 ms. */
export async function embedFace(picture: Raster, points: Landmark[], host: TaskHost): Promise<FaceEmbedding> {
  const weights = await host.cached(loadNetwork);
  const pixels = cutChip(picture, points);
  for (let i = 0; i < pixels.length; i++) pixels[i] = (pixels[i]! - MEAN[i % 3]!) / 255;
  const result = tidy(() => runNetwork(weights, tensor4d(pixels, [1, SIDE, SIDE, 3])));
  const embedding = Float32Array.from(result.dataSync());
  result.dispose();
  return embedding;
}

/** Euclidean distance: 0 for the same picture, about 0.6 where the network's author draws the line between people. */
export function embeddingDistance(a: FaceEmbedding, b: FaceEmbedding): number {
  return Math.hypot(...Array.from(a, (value, i) => value - (b[i] ?? 0)));
}

/** The face upright at the size and place of the training pictures. Eye corners, unlike irises, do not follow the gaze. */
function cutChip(picture: Raster, points: Landmark[]): Float32Array {
  const [left, right] = [LEFT_EYE, RIGHT_EYE].map(({ outer, inner }) => {
    const [a, b] = [pointAt(points, outer), pointAt(points, inner)];
    return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2] as const;
  });
  const [dx, dy] = [right![0] - left![0], right![1] - left![1]];
  const scale = Math.hypot(dx, dy) / EYES.distance;
  const angle = Math.atan2(dy, dx);
  const below = (SIDE / 2 - EYES.y) * scale;
  const middle = [(left![0] + right![0]) / 2, (left![1] + right![1]) / 2] as const;
  return sampleSimilarity(picture, {
    centre: [middle[0] - Math.sin(angle) * below, middle[1] + Math.cos(angle) * below],
    scale,
    angle,
    target: { width: SIDE, height: SIDE },
  });
}

/** Blocks of two convolutions in order; a block that halves the picture doubles its channels, but for the last. */
const BLOCKS = [
  ...['conv32_1', 'conv32_2', 'conv32_3'],
  ...['conv64_down', 'conv64_1', 'conv64_2', 'conv64_3'],
  ...['conv128_down', 'conv128_1', 'conv128_2'],
  ...['conv256_down', 'conv256_1', 'conv256_2', 'conv256_down_out'],
] as const;

/** ResNet-34 with fewer layers and half the filters (He et al., 2015; King, dlib-models). */
function runNetwork(weights: NamedTensorMap, input: Tensor4D): Tensor2D {
  const first = convolve(weights, input, { name: 'conv32_down', stride: 2, pad: 'valid', active: true });
  let x = maxPool(first, 3, 2, 'valid');
  for (const name of BLOCKS) x = name.includes('down') ? shrinkingBlock(weights, x, name) : block(weights, x, name);
  return matMul(mean<Tensor2D>(x, [1, 2]), weights['fc'] as Tensor2D);
}

interface Layer {
  name: string;
  stride: 1 | 2;
  pad: 'same' | 'valid';
  active: boolean;
}

function convolve(weights: NamedTensorMap, x: Tensor4D, { name, stride, pad: padding, active }: Layer): Tensor4D {
  const part = (of: string) => weights[`${name}/${of}`]!;
  const sum = add(conv2d(x, part('conv/filters') as Tensor4D, stride, padding), part('conv/bias'));
  const scaled = add<Tensor4D>(mul(sum, part('scale/weights')), part('scale/biases'));
  return active ? relu(scaled) : scaled;
}

function block(weights: NamedTensorMap, x: Tensor4D, name: string): Tensor4D {
  const inner = convolve(weights, x, { name: `${name}/conv1`, stride: 1, pad: 'same', active: true });
  const outer = convolve(weights, inner, { name: `${name}/conv2`, stride: 1, pad: 'same', active: false });
  return relu(add(outer, x));
}

function shrinkingBlock(weights: NamedTensorMap, x: Tensor4D, name: string): Tensor4D {
  const inner = convolve(weights, x, { name: `${name}/conv1`, stride: 2, pad: 'valid', active: true });
  const outer = convolve(weights, inner, { name: `${name}/conv2`, stride: 1, pad: 'same', active: false });
  const pooled = avgPool(x, 2, 2, 'valid');
  const [, rows, columns, channels] = pooled.shape;
  const missing = outer.shape[3] - channels;
  const wide = missing > 0 ? concat([pooled, zeros([1, rows, columns, missing])], 3) : pooled;
  // A convolution without padding loses a row and a column that pooling keeps.
  const filled = pad(outer, [[0, 0], [0, rows - outer.shape[1]], [0, columns - outer.shape[2]], [0, 0]]);
  return relu(add(filled, wide));
}
