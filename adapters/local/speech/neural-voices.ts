import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** How a process speaks with a neural voice. */
export interface NeuralModel {
  /** The voice's folder. */
  folder: string;
  /** Folder of the package sherpa-onnx-node, and of its native libraries. */
  engine: string;
  library: string;
  /** sherpa-onnx's own description of the model (`vits`, `kokoro`, `matcha` …), paths relative to the folder. */
  model: Record<string, unknown>;
  /** Number of the speaker in a model that has several. */
  speaker: number;
}

/** A folder below LOCAL_VOICES_DIR with a `voice.json` in it. */
export interface NeuralVoice {
  name: string;
  /** Changes when the same words would sound different. */
  version: string;
  licence: string;
  median_f0_hz: number;
  syllables_per_second: number;
  /** Third and fourth formant, null when the description has none. */
  formants_hz: readonly [number, number] | null;
  /** Null when files are missing. */
  model: NeuralModel | null;
}

const DESCRIPTION = 'voice.json';

/**
 * The neural voices in a folder, in the order of their names. `npm run voices -- add joe` writes one; an operator's own
 * model for sherpa-onnx is one more folder, described in docs/voices.md. What cannot be read is left out.
 */
export function findNeuralVoices(folder: string): NeuralVoice[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const voice = readVoice(path.join(folder, name), name);
      return voice === null ? [] : [voice];
    });
}

function readVoice(folder: string, name: string): NeuralVoice | null {
  if (!/^[a-z0-9_-]{1,40}$/i.test(name) || !existsSync(path.join(folder, DESCRIPTION))) return null;
  try {
    const text = readFileSync(path.join(folder, DESCRIPTION), 'utf8');
    return toVoice(JSON.parse(text) as Record<string, unknown>, { folder, name, text });
  } catch {
    return null;
  }
}

function toVoice(
  facts: Record<string, unknown>,
  { folder, name, text }: { folder: string; name: string; text: string },
): NeuralVoice | null {
  const { licence, median_f0_hz, syllables_per_second, engine, library, model, speaker } = facts;
  if (typeof licence !== 'string' || typeof median_f0_hz !== 'number' || typeof engine !== 'string')
    return null;
  if (typeof model !== 'object' || model === null) return null;
  const place = path.resolve(folder, engine);
  const there =
    existsSync(path.join(place, 'non-streaming-tts.js')) &&
    pathsOf(model).every((file) => existsSync(path.resolve(folder, file)));
  return {
    name,
    version: text,
    licence,
    median_f0_hz,
    syllables_per_second: typeof syllables_per_second === 'number' ? syllables_per_second : 4,
    formants_hz: isPair(facts['formants_hz']) ? facts['formants_hz'] : null,
    model: there
      ? {
          folder,
          engine: place,
          library: path.resolve(folder, typeof library === 'string' ? library : engine),
          model: { ...model },
          speaker: typeof speaker === 'number' ? speaker : 0,
        }
      : null,
  };
}

function isPair(value: unknown): value is [number, number] {
  return (
    Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'number' && part > 0)
  );
}

/** Every string in a model's description that names a file: the engine itself would end the process over a missing one. */
function pathsOf(model: object): string[] {
  return Object.entries(model).flatMap(([key, value]: [string, unknown]) => {
    if (typeof value === 'object' && value !== null) return pathsOf(value);
    return typeof value === 'string' &&
      /^(model|tokens|dataDir|lexicon|voices|acousticModel|vocoder)$/.test(key)
      ? [value]
      : [];
  });
}
