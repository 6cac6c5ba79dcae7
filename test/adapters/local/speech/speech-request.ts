import type { SpeechRequest } from '../../../../adapters/capabilities/speech';

/** A request for a stock voice with everything at its usual value. */
export function speechRequest(
  transcript: string,
  { voiceId = 'local:rms', ...over }: Partial<SpeechRequest> & { voiceId?: string } = {},
): SpeechRequest {
  return {
    transcript,
    language: 'en',
    voice: {
      kind: 'stock',
      family: 'local',
      engine: 'auto',
      voice_id: voiceId,
      params: { rate: 1, pitch: 1, formant: 1 },
      measured: null,
      residual: null,
      sample_sha256: null,
      warnings: [],
      licence: '',
      disclosure: '',
    },
    rate: 1,
    pitch: 1,
    lexicon: {},
    loudness_lufs: -16,
    previous_text: null,
    next_text: null,
    ...over,
  };
}
