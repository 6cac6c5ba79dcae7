import type { CreationSnapshot } from '../contracts/snapshot';
import { rowsFor, type InputsOf } from './stage';

const stage = rowsFor<CreationSnapshot>();

/** Photos (and a voice sample) to a version of an avatar's identity. */
export const AVATAR_CREATION = [
  stage({
    stage: 'validate',
    label: 'Checking the photos',
    needs: [],
    each: false,
    class: 'work',
    weight: 10,
    input: ({ snapshot }) => ({ photos: snapshot.photos, ...(snapshot.voice_sample ? { voice_sample: snapshot.voice_sample } : {}) }),
  }),
  stage({
    stage: 'neutral_image',
    label: 'Making the neutral image',
    needs: ['validate'],
    each: false,
    class: 'work',
    weight: 30,
    input: ({ snapshot, docs }) => ({
      photo: docs.validate.photo,
      rotation: docs.validate.photos.find((report) => report.photo === docs.validate.chosen)?.rotation ?? 0,
      seed: snapshot.seed,
      style: snapshot.style,
    }),
  }),
  stage({
    stage: 'character_sheet',
    label: 'Drawing the character sheet',
    needs: ['neutral_image'],
    each: false,
    class: 'work',
    weight: 35,
    input: ({ snapshot, docs }) => ({
      neutral: docs.neutral_image.neutral,
      plate: docs.neutral_image.plate,
      mesh: docs.neutral_image.mesh,
      title: snapshot.name ?? 'Avatar',
      seed: snapshot.seed,
    }),
  }),
  stage({
    stage: 'voice_profile',
    label: 'Measuring the voice',
    needs: ['validate'],
    each: false,
    class: 'work',
    weight: 10,
    when: (snapshot) => snapshot.voice_sample !== null,
    input: ({ snapshot, docs }) => ({
      sample: snapshot.voice_sample,
      transcript: null,
      name: snapshot.name,
      consent: snapshot.consent,
      ...(docs.validate.voice_sample ? { report: docs.validate.voice_sample } : {}),
    }),
  }),
  stage({
    stage: 'persist',
    label: 'Saving the avatar',
    needs: ['neutral_image', 'character_sheet', 'voice_profile'],
    each: false,
    class: 'control',
    weight: 10,
    input: ({ snapshot, docs }) => ({
      avatar_id: snapshot.avatar_id,
      name: snapshot.name,
      consent: snapshot.consent,
      voice_profile: docs.voice_profile?.profile ?? null,
      identity: {
        neutral_image: docs.neutral_image.neutral,
        plate: docs.neutral_image.plate,
        mesh: docs.neutral_image.mesh,
        character_sheet: docs.character_sheet.sheet,
        views: docs.character_sheet.views,
        palette: docs.character_sheet.palette,
      },
    }),
  }),
  stage({
    stage: 'emit',
    label: 'Announcing the avatar',
    needs: ['persist'],
    each: false,
    class: 'control',
    weight: 5,
    input: ({ docs }) => ({ avatar_id: docs.persist?.avatar_id ?? null, version: docs.persist?.version ?? null }),
  }),
] as const;

export type CreationInputs = InputsOf<typeof AVATAR_CREATION>;
