import { z } from 'zod';
import { FRAMINGS, POSES } from '../../../contracts/vocabulary';

const TIMES = ['morning', 'day', 'evening', 'night'] as const;
/** As much as a caller's own words may have. */
const LONGEST_PROMPT = 500;
const LONGEST_WORDS = 60;

const words = z.string().trim().min(1).max(LONGEST_WORDS);
const prompt = z.string().trim().min(1).max(LONGEST_PROMPT).nullable();

const LOOK = z.object({
  framing: z.enum(FRAMINGS),
  pose: z.enum(POSES),
  pose_intensity: z.number().min(0).max(1),
  place: words,
  time_of_day: z.enum(TIMES),
  mood: words,
  background: prompt,
  b_roll: prompt,
});
/** How a scene looks, in the planner's words. */
export type SceneLook = z.infer<typeof LOOK>;

const CUT = LOOK.extend({ first_sentence: z.int(), last_sentence: z.int() });
/** A scene that the planner cut out of a script, by the numbers of its sentences. */
export type SceneCut = z.infer<typeof CUT>;

const FIXED = LOOK.extend({ scene: z.int() });
/** The look of a scene whose words are fixed. */
export type FixedScene = z.infer<typeof FIXED>;

export const CUTS = z.object({ scenes: z.array(CUT) });
export const FIXED_SCENES = z.object({ scenes: z.array(FIXED) });

const text = (description: string) => ({ type: 'string', description });
const textOrNull = (description: string) => ({ type: ['string', 'null'], description });

const LOOK_PROPERTIES = {
  framing: { type: 'string', enum: [...FRAMINGS] },
  pose: { type: 'string', enum: [...POSES] },
  pose_intensity: { type: 'number', description: '0 to 1' },
  place: text('One to three words, such as library or seaside'),
  time_of_day: { type: 'string', enum: [...TIMES] },
  mood: text('One word, such as calm or energetic'),
  background: textOrNull(`What an image model needs to paint the empty place, at most ${LONGEST_PROMPT} characters; null keeps what is there`),
  b_roll: textOrNull('At most seven words for a title card, or null'),
};

/** The form of an answer, in the part of JSON Schema that strict answers allow: every member required, no others. */
export function schemaOf(form: 'cuts' | 'fixed'): Record<string, unknown> {
  const whole = { type: 'integer' };
  const place = form === 'cuts' ? { first_sentence: whole, last_sentence: whole } : { scene: whole };
  const properties = { ...place, ...LOOK_PROPERTIES };
  const scene = { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
  return { type: 'object', properties: { scenes: { type: 'array', items: scene } }, required: ['scenes'], additionalProperties: false };
}
