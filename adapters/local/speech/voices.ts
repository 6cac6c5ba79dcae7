import { existsSync } from 'node:fs';
import path from 'node:path';
import type { VoiceInfo } from '../../capabilities/speech';
import { ANY_VOICE } from '../../../contracts/media';
import { FLITE_ENGINE } from './engines/flite';
import type { FliteVoice } from './engines/flite';
import { findNeuralVoices } from './neural-voices';
import type { NeuralModel } from './neural-voices';
import type { RHVOICE_VOICES } from './voice-names';

/** Which engine speaks; `auto` takes the best that this machine has. */
export type SpeechLadder = 'auto' | 'rhvoice' | 'flite' | 'sherpa';

interface VoiceFacts {
  voice_id: string;
  /** Median pitch of ten sentences, measured with our own tracker (RHVoice: from its documentation and Praat). */
  median_f0_hz: number;
  /** Syllable peaks a second at its own pace, counted as in a voice sample; RHVoice scaled from the length of one paragraph. */
  syllables_per_second: number;
  /** Third and fourth formant of ten sentences, measured as in a voice sample; null when nobody has. */
  formants_hz: readonly [number, number] | null;
  licence: string;
  /** Changes when the same words would sound different. */
  version: string;
}

/** A voice and how to make it speak. */
export type LocalVoice =
  | (VoiceFacts & { engine: 'sherpa'; model: NeuralModel | null })
  | (VoiceFacts & { engine: 'rhvoice'; name: string; program: string | null })
  | (VoiceFacts & { engine: 'flite'; name: FliteVoice });

/** Facts about this machine that decide which voices there are. */
export interface VoiceMachine {
  /** Folders that are searched for programs. */
  searchPath: string;
  /** Where RHVoice keeps its voices. */
  rhvoiceData: string;
  /** Where neural voices lie, each in a folder of its own; null for none. */
  voicesDir: string | null;
}

const FLITE_LICENCE = 'BSD-like (Carnegie Mellon University)';
const RHVOICE_LICENCE = 'Engine GPL-3.0, voice LGPL-2.1-or-later';
const RHVOICE_HINT =
  'On Debian switch on contrib and non-free, then: apt-get install rhvoice rhvoice-english';
const NEURAL_HINT = 'Files of this voice are missing; get it again, or see docs/voices.md';
/** The one neural voice that a command fetches; listed also where it is not, so that people learn of it. */
const JOE: VoiceInfo = {
  voice_id: 'local:sherpa-joe',
  engine: 'sherpa',
  licence: 'Engine Apache-2.0 with GPL-3.0 parts; recordings CC0, the model they were tuned from unsettled',
  median_f0_hz: 94,
  available: false,
  hint: 'npm run voices -- add joe (some 100 MB; it says its licences before it fetches anything)',
};

/** The best first: RHVoice is the clearest to a recogniser, then flite's rms. Voices under a no-sale licence are left out. */
type Row<Name> = readonly [name: Name, hertz: number, syllables: number, formants: readonly [number, number]];
const RHVOICE: readonly Row<(typeof RHVOICE_VOICES)[number]>[] = [
  ['bdl', 118, 4.1, [2764, 3453]],
  ['clb', 180, 3.5, [2884, 3809]],
  ['slt', 172, 4, [2894, 4041]],
  ['alan', 136, 4, [2554, 3371]],
];
const FLITE: readonly Row<FliteVoice>[] = [
  ['rms', 106, 3.39, [2519, 3441]],
  ['slt', 164, 3.26, [2954, 4085]],
  ['awb', 125, 3.82, [2555, 3262]],
  ['kal16', 89, 3.3, [2515, 3313]],
];

/** Where Debian and its like keep programs and voices. */
export const USUAL_MACHINE: VoiceMachine = {
  searchPath: ['/usr/local/bin', '/usr/bin', '/bin'].join(path.delimiter),
  rhvoiceData: '/usr/share/RHVoice/voices',
  voicesDir: null,
};

/** All voices this family knows, the best first, whether they are there or not. */
export function knownVoices(machine: VoiceMachine): LocalVoice[] {
  return [...neuralVoices(machine), ...rhvoiceVoices(machine), ...FLITE.map(toFliteVoice)];
}

function neuralVoices({ voicesDir }: VoiceMachine): LocalVoice[] {
  const found = voicesDir === null ? [] : findNeuralVoices(voicesDir);
  return found.map(({ name, ...voice }) => ({
    voice_id: `local:sherpa-${name}`,
    engine: 'sherpa',
    ...voice,
  }));
}

function rhvoiceVoices({ searchPath, rhvoiceData }: VoiceMachine): LocalVoice[] {
  const program = findProgram('RHVoice-test', searchPath);
  return RHVOICE.map(([name, median_f0_hz, syllables_per_second, formants_hz]) => ({
    voice_id: `local:rhvoice-${name}`,
    engine: 'rhvoice',
    median_f0_hz,
    syllables_per_second,
    formants_hz,
    licence: RHVOICE_LICENCE,
    version: 'rhvoice',
    name,
    program: existsSync(path.join(rhvoiceData, name)) ? program : null,
  }));
}

function toFliteVoice([name, median_f0_hz, syllables_per_second, formants_hz]: Row<FliteVoice>): LocalVoice {
  const facts = {
    median_f0_hz,
    syllables_per_second,
    formants_hz,
    licence: FLITE_LICENCE,
    version: FLITE_ENGINE,
  };
  return { voice_id: `local:${name}`, engine: 'flite', name, ...facts };
}

export function isAvailable(voice: LocalVoice): boolean {
  if (voice.engine === 'sherpa') return voice.model !== null;
  return voice.engine === 'flite' || voice.program !== null;
}

/** Rows for `npm run voices`. */
export function listVoices(machine: VoiceMachine): VoiceInfo[] {
  const known = knownVoices(machine).map((voice) => ({
    voice_id: voice.voice_id,
    engine: voice.engine === 'flite' ? FLITE_ENGINE : voice.engine,
    licence: voice.licence,
    median_f0_hz: voice.median_f0_hz,
    available: isAvailable(voice),
    hint: isAvailable(voice) ? null : voice.engine === 'rhvoice' ? RHVOICE_HINT : NEURAL_HINT,
  }));
  return known.some(({ voice_id }) => voice_id === JOE.voice_id) ? known : [JOE, ...known];
}

/**
 * The voice with this id; `local:auto`, or any voice, is the first on the ladder that this machine has. Null when the id is unknown or
 * the voice is not installed.
 */
export function chooseVoice(
  voiceId: string,
  voices: readonly LocalVoice[],
  ladder: SpeechLadder,
): LocalVoice | null {
  const usable = voices.filter(isAvailable);
  if (voiceId !== 'local:auto' && voiceId !== ANY_VOICE) return usable.find((voice) => voice.voice_id === voiceId) ?? null;
  return usable.find((voice) => ladder === 'auto' || voice.engine === ladder) ?? null;
}

function findProgram(name: string, searchPath: string): string | null {
  const folders = searchPath.split(path.delimiter).filter(Boolean);
  return folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file)) ?? null;
}
