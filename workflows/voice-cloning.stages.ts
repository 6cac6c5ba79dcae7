import type { VoiceSnapshot } from '../contracts/snapshot';
import { rowsFor, type InputsOf } from './stage';

const stage = rowsFor<VoiceSnapshot>();

/** A voice sample to a voice profile, and to a new version of an avatar where one is named. */
export const VOICE_CLONING = [
  stage({
    stage: 'voice_profile',
    label: 'Measuring the voice',
    needs: [],
    each: false,
    class: 'work',
    weight: 80,
    input: ({ snapshot }) => ({ sample: snapshot.voice_sample, transcript: null, name: snapshot.name, consent: snapshot.consent }),
  }),
  stage({
    stage: 'persist',
    label: 'Saving the new version',
    needs: ['voice_profile'],
    each: false,
    class: 'control',
    weight: 10,
    when: (snapshot) => snapshot.avatar !== null,
    input: ({ snapshot, docs }) => ({
      avatar: snapshot.avatar,
      consent: snapshot.consent,
      voice_profile: docs.voice_profile?.profile ?? null,
    }),
  }),
  stage({
    stage: 'emit',
    label: 'Announcing the voice',
    needs: ['voice_profile', 'persist'],
    each: false,
    class: 'control',
    weight: 10,
    input: ({ docs }) => ({ avatar_id: docs.persist?.avatar_id ?? null, version: docs.persist?.version ?? null }),
  }),
] as const;

export type VoiceInputs = InputsOf<typeof VOICE_CLONING>;
