import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import type { GraphModel } from '@tensorflow/tfjs-converter';
import { io, ready, setBackend } from '@tensorflow/tfjs-core';
import type { NamedTensorMap } from '@tensorflow/tfjs-core';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { projectRoot } from '../../../contracts/project-root';

/** SHA-256 of topology (.json) and weights (.bin) of each model in assets/models; where they come from stands there. */
export const MODEL_DIGESTS = {
  blazeface: [
    'cd7bbfc078270572beb39f9e5ae67aadbd50b5e67cff37e6d4f6b3ea39312e5f',
    'dc9a97fdc50bc43216554bdd69aa3e7b9361a519ee7bdd996a2f69a98a6f9b72',
  ],
  'facemesh-attention-pinto': [
    'b3ffc872ac38e333a4dbe0330a19933d5403b65519d3e8ba02d8ac93404f2e8b',
    'c08dbb79f57bbc6fbcaa2f8b7928ab62f6d56a43e6feacd6e806272d45945b4a',
  ],
  'face-recognition': [
    'cbaffa501b0b9275a12b63357a6843e7e30c054e1c9151e1a5f879b26e32986b',
    'b413e420d6840b2775fba32008db6f3cddb07d485967fb42cfcf379c16a8c589',
  ],
  selfie: [
    '8b7f5f95c0159a83a7240b1298a67012cfffd0396bfa653bdf452913610e9a88',
    '8f57aaa72dc068a50bd37c232d2e073e107912241e459002e1480876676f382a',
  ],
} as const;
export type ModelName = keyof typeof MODEL_DIGESTS;

/** A shipped model file is not the one this code was written for. */
export class ModelDamaged extends Error {
  readonly code = 'model_damaged';
  constructor(file: string) {
    super(`assets/models/${file} does not have the digest that this version expects.`);
    this.name = 'ModelDamaged';
  }
}

/** Finds faces in a 256x256 picture (BlazeFace, back camera). Use with `host.cached`. */
export const loadFaceDetector = () => loadModel('blazeface');
/** Finds 478 landmarks in a 192x192 crop of a face (Attention Mesh). Use with `host.cached`. */
export const loadLandmarker = () => loadModel('facemesh-attention-pinto');
/** Tells people from ground in a 256x256 picture. Use with `host.cached`. */
export const loadSegmenter = () => loadModel('selfie');

/** Loads a model from assets/models for the WebAssembly backend, digest checked, nothing fetched. */
export async function loadModel(name: ModelName): Promise<GraphModel> {
  const { topology, weights } = await readModel(name);
  const description = JSON.parse(topology) as io.ModelJSON;
  return loadGraphModel({
    load: () =>
      io.getModelArtifactsForJSON(description, async (manifest) => [
        manifest.flatMap((group) => group.weights),
        weights,
      ]),
  });
}

/** Tensors of a model that comes as weights alone, by name. */
export async function loadWeights(name: ModelName): Promise<NamedTensorMap> {
  const { topology, weights } = await readModel(name);
  const groups = JSON.parse(topology) as io.WeightsManifestConfig;
  return io.decodeWeights(
    weights,
    groups.flatMap((group) => group.weights),
  );
}

async function readModel(name: ModelName): Promise<{ topology: string; weights: ArrayBuffer }> {
  await startBackend();
  const [topologyDigest, weightsDigest] = MODEL_DIGESTS[name];
  const topology = await readChecked(`${name}.json`, topologyDigest);
  const weights = await readChecked(`${name}.bin`, weightsDigest);
  return { topology: topology.toString('utf8'), weights: new Uint8Array(weights).buffer };
}

async function startBackend(): Promise<void> {
  const entry = require.resolve('@tensorflow/tfjs-backend-wasm/package.json');
  setWasmPaths(`${path.join(path.dirname(entry), 'dist')}/`);
  await setBackend('wasm');
  await ready();
}

async function readChecked(file: string, digest: string): Promise<Buffer> {
  const bytes = await readFile(path.join(projectRoot(), 'assets/models', file));
  if (createHash('sha256').update(bytes).digest('hex') !== digest) throw new ModelDamaged(file);
  return bytes;
}
