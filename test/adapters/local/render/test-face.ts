import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { FaceMesh } from '../../../../adapters/capabilities/image';
import type { ComputePool } from '../../../../adapters/local/compute/pool';
import { MOUTH_SHAPES } from '../../../../adapters/local/render/viseme-shapes';
import type { SpeechTiming, Viseme, VisemeName } from '../../../../contracts/media';
import { FACES, type FaceName } from '../../../support/faces';

/** A face, cut out by the real image family. */
export interface TestFace {
  plate: string;
  mesh: FaceMesh;
  meshFile: string;
}

export async function cutOutAstronaut(pool: ComputePool, dir: string): Promise<TestFace> {
  return cutOut(pool, dir, 'astronaut');
}

export async function cutOut(pool: ComputePool, dir: string, name: FaceName): Promise<TestFace> {
  const photo = FACES[name];
  const { plate, mesh } = await pool.run('image.neutral', { photo, rotation: 0, seed: 1, style: null, dir });
  const meshFile = path.join(dir, 'mesh.json');
  await writeFile(meshFile, JSON.stringify(mesh));
  return { plate, mesh, meshFile };
}

const SOUNDS: Record<string, VisemeName> = {
  a: 'aa',
  e: 'E',
  i: 'I',
  o: 'O',
  u: 'U',
  y: 'I',
  p: 'PP',
  b: 'PP',
  m: 'PP',
  f: 'FF',
  v: 'FF',
  t: 'DD',
  d: 'DD',
  l: 'nn',
  n: 'nn',
  k: 'kk',
  g: 'kk',
  c: 'kk',
  s: 'SS',
  z: 'SS',
  x: 'SS',
  r: 'RR',
  w: 'U',
  h: 'kk',
  j: 'CH',
};
const VOWEL_MS = 110;
const CONSONANT_MS = 65;
const PAUSE_MS = 450;

/** Letters read as sounds at a steady pace: enough speech to move a face by, with every viseme in its place. */
export function spell(text: string): SpeechTiming {
  const timing: SpeechTiming = {
    duration_ms: 0,
    words: [],
    phones: [],
    visemes: [],
    sentences: [],
    source: 'engine',
    confidence: 1,
  };
  let at = 0;
  const say = (id: VisemeName, length: number): void => {
    timing.visemes.push(viseme(id, at, at + length));
    at += length;
  };
  say('sil', 200);
  for (const sentence of text.match(/[^.!?]+[.!?]/g) ?? []) {
    const start_ms = at;
    for (const word of sentence.trim().split(/\s+/)) {
      const wordStart = at;
      for (const letter of word.toLowerCase().replace(/[^a-z]/g, ''))
        say(SOUNDS[letter] ?? 'kk', 'aeiou'.includes(letter) ? VOWEL_MS : CONSONANT_MS);
      timing.words.push({ text: word, start_ms: wordStart, end_ms: at });
    }
    timing.sentences.push({ text: sentence.trim(), start_ms, end_ms: at });
    say('sil', PAUSE_MS);
  }
  const duration_ms = Math.ceil(at / 40) * 40;
  say('sil', duration_ms - at);
  return { ...timing, duration_ms };
}

export function viseme(id: VisemeName, start_ms: number, end_ms: number): Viseme {
  const shape = MOUTH_SHAPES[id];
  return {
    id,
    start_ms,
    end_ms,
    openness: shape.openness,
    rounding: shape.pucker,
    closure: id === 'PP' ? 1 : 0,
  };
}

export const TEXT =
  'Hello, and welcome to our company. My name is Eileen, and I am going to show you something remarkable today. ' +
  'Maybe you have wondered how a public platform works? People from every department build beautiful things together.';
