/** Voices that are compiled into flite, the best first. */
export const FLITE_VOICES = ['rms', 'slt', 'awb', 'kal16'] as const;
/** Voices of RHVoice for English, the clearest first. */
export const RHVOICE_VOICES = ['bdl', 'clb', 'slt', 'alan'] as const;

const IDS: ReadonlySet<string> = new Set([
  'local:auto',
  ...FLITE_VOICES.map((name) => `local:${name}`),
  ...RHVOICE_VOICES.map((name) => `local:rhvoice-${name}`),
]);

/** Whether a machine may have a voice of this id. Which neural voices there are, each machine decides for itself. */
export function mayBeLocalVoice(voiceId: string): boolean {
  return IDS.has(voiceId) || /^local:sherpa-./.test(voiceId);
}
