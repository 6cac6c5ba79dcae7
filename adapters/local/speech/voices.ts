import { existsSync } from 'node:fs';
import path from 'node:path';
import type { VoiceInfo } from '../../capabilities/speech';
import { FLITE_ENGINE } from './engines/flite';
import type { FliteVoice } from './engines/flite';

/** Which engine speaks; `auto` takes the best that this machine has. */
export type SpeechLadder = 'auto' | 'rhvoice' | 'flite' | 'sherpa';

interface VoiceFacts {
  voice_id: string;
  /** Median pitch of ten sentences, measured with our own tracker (RHVoice: from its documentation and Praat). */
  median_f0_hz: number;
  /** Syllable peaks a second at its own pace, counted as in a voice sample; RHVoice scaled from the length of one paragraph. */
  syllables_per_second: number;
  licence: string;
}

/** A voice and how to make it speak. */
export type LocalVoice =
  | (VoiceFacts & { engine: 'flite'; name: FliteVoice })
  | (VoiceFacts & { engine: 'rhvoice'; name: string; program: string | null });

/** Facts about this machine that decide which voices there are. */
export interface VoiceMachine {
  /** Folders that are searched for programs. */
  searchPath: string;
  /** Where RHVoice keeps its voices. */
  rhvoiceData: string;
}

const FLITE_LICENCE = 'BSD-like (Carnegie Mellon University)';
const RHVOICE_LICENCE = 'Engine GPL-3.0, voice LGPL-2.1-or-later';
const RHVOICE_HINT =
  'On Debian switch on contrib and non-free, then: apt-get install rhvoice rhvoice-english';

/** The best first: RHVoice is the clearest to a recogniser, then flite's rms. Voices under a no-sale licence are left out. */
const RHVOICE: readonly (readonly [name: string, hertz: number, syllables: number])[] = [
  ['bdl', 118, 4.1],
  ['clb', 180, 3.5],
  ['slt', 172, 4],
  ['alan', 136, 4],
];
const FLITE: readonly (readonly [name: FliteVoice, hertz: number, syllables: number])[] = [
  ['rms', 106, 3.39],
  ['slt', 164, 3.26],
  ['awb', 125, 3.82],
  ['kal16', 89, 3.3],
];

/** Where Debian and its like keep programs and voices. */
export const USUAL_MACHINE: VoiceMachine = {
  searchPath: ['/usr/local/bin', '/usr/bin', '/bin'].join(path.delimiter),
  rhvoiceData: '/usr/share/RHVoice/voices',
};

/** All voices this family knows, the best first, whether they are there or not. */
export function knownVoices(machine: VoiceMachine): LocalVoice[] {
  const program = findProgram('RHVoice-test', machine.searchPath);
  return [
    ...RHVOICE.map(([name, median_f0_hz, syllables_per_second]): LocalVoice => {
      const isInstalled = existsSync(path.join(machine.rhvoiceData, name));
      const facts = {
        voice_id: `local:rhvoice-${name}`,
        median_f0_hz,
        syllables_per_second,
        licence: RHVOICE_LICENCE,
      };
      return { ...facts, engine: 'rhvoice', name, program: isInstalled ? program : null };
    }),
    ...FLITE.map(([name, median_f0_hz, syllables_per_second]): LocalVoice => {
      const facts = { voice_id: `local:${name}`, median_f0_hz, syllables_per_second, licence: FLITE_LICENCE };
      return { ...facts, engine: 'flite', name };
    }),
  ];
}

export function isAvailable(voice: LocalVoice): boolean {
  return voice.engine === 'flite' || voice.program !== null;
}

/** Rows for `npm run voices`. */
export function listVoices(machine: VoiceMachine): VoiceInfo[] {
  return knownVoices(machine).map((voice) => ({
    voice_id: voice.voice_id,
    engine: voice.engine === 'flite' ? FLITE_ENGINE : 'rhvoice',
    licence: voice.licence,
    median_f0_hz: voice.median_f0_hz,
    available: isAvailable(voice),
    hint: isAvailable(voice) ? null : RHVOICE_HINT,
  }));
}

/**
 * The voice with this id; `local:auto` is the first on the ladder that this machine has. Null when the id is unknown or
 * the voice is not installed.
 */
export function chooseVoice(
  voiceId: string,
  voices: readonly LocalVoice[],
  ladder: SpeechLadder,
): LocalVoice | null {
  const usable = voices.filter(isAvailable);
  if (voiceId !== 'local:auto') return usable.find((voice) => voice.voice_id === voiceId) ?? null;
  return usable.find((voice) => ladder === 'auto' || voice.engine === ladder) ?? null;
}

function findProgram(name: string, searchPath: string): string | null {
  const folders = searchPath.split(path.delimiter).filter(Boolean);
  return folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file)) ?? null;
}
